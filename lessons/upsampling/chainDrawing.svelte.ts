/** One chain drawn by the engine, every stage moment by moment as it comes; to be cancelled at any of them. A single network is a chain of one. */
import { toFailure, type Failure } from '$lib/base/errors';
import type { SampleSummary } from '$lib/worker/protocol';
import { drawChain, type ChainAsk, type Draws } from './chain';
import { keptEvery, type ChainFrame, type StageFilm } from './lanes';

export type ChainStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'drawing' }
  | { readonly kind: 'done' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What is known of a stage before it is drawn. */
export type PlannedStage = Omit<StageFilm, 'frames' | 'ms'>;

export class ChainDrawing {
  stages = $state.raw<readonly StageFilm[]>([]);
  /** Of what is shown; null before anything was drawn. */
  ask = $state.raw<ChainAsk | null>(null);
  status = $state.raw<ChainStatus>({ kind: 'idle' });
  /** One for each stage that has ended. */
  summaries = $state.raw<readonly SampleSummary[]>([]);
  readonly busy: boolean = $derived(this.status.kind === 'drawing');
  /** Steps taken so far, and those there will be, of all stages together. */
  stepsDone = $state(0);
  readonly stepsPlanned: number = $derived(this.stages.reduce((sum, { steps }) => sum + steps, 0));
  /** What a FLOP of one picture took in the last drawing that came to its end; null before there was one. */
  msPerFlop = $state<number | null>(null);
  #stop: AbortController | null = null;

  /**
   * @param plan one for each stage that is asked for
   * @returns whether it was drawn to its end; what went wrong is in `status`
   */
  async draw(session: Draws, ask: ChainAsk, plan: readonly PlannedStage[]): Promise<boolean> {
    this.cancel();
    const stop = new AbortController();
    this.#stop = stop;
    this.ask = ask;
    this.summaries = [];
    this.stepsDone = 0;
    this.status = { kind: 'drawing' };
    const arrived: ChainFrame[][] = plan.map(() => []);
    const summaries: SampleSummary[] = [];
    let stepsDone = 0;
    // Frames may come faster than a screen shows them: published at most once a repaint.
    let repaint = 0;
    const publish = (): void => {
      repaint = 0;
      if (this.#stop !== stop) return;
      this.stages = plan.map((stage, i) => ({ ...stage, frames: [...(arrived[i] ?? [])], ms: summaries[i]?.ms ?? null }));
      this.summaries = [...summaries];
      this.stepsDone = stepsDone;
    };
    publish();
    try {
      await drawChain(session, ask, {
        signal: stop.signal,
        onframe: (stage, { i, t, nfe, xt, x0 }) => {
          if (t === 0 || i % keptEvery(plan[stage]?.steps ?? 1) === 0) arrived[stage]?.push({ t, nfe, xt, x0 });
          stepsDone = i + plan.slice(0, stage).reduce((sum, { steps }) => sum + steps, 0);
          if (repaint === 0) repaint = requestAnimationFrame(publish);
        },
        onstage: (_, { summary }) => summaries.push(summary),
      });
      if (this.#stop !== stop) return false;
      cancelAnimationFrame(repaint);
      publish();
      this.#keepPace(ask.labels.length);
      this.status = { kind: 'done' };
      return true;
    } catch (thrown) {
      cancelAnimationFrame(repaint);
      if (this.#stop !== stop) return false;
      publish();
      const failure = toFailure(thrown);
      this.status = failure.code === 'request/cancelled' ? { kind: 'cancelled' } : { kind: 'failed', failure };
      return false;
    }
  }

  /** Stops it within a step, and keeps the moments that have come. */
  cancel(): void {
    const stop = this.#stop;
    this.#stop = null;
    stop?.abort();
    if (this.busy) this.status = { kind: 'cancelled' };
  }

  /** Forgets what was drawn. */
  clear(): void {
    this.cancel();
    this.stages = [];
    this.ask = null;
    this.summaries = [];
    this.stepsDone = 0;
    this.status = { kind: 'idle' };
  }

  #keepPace(pictures: number): void {
    const flops = this.stages.reduce((sum, stage) => sum + stage.flops, 0) * pictures;
    const ms = this.summaries.reduce((sum, summary) => sum + summary.ms, 0);
    if (flops > 0) this.msPerFlop = ms / flops;
  }
}
