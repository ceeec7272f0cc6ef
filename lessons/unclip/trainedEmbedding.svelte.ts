/** The contrastive embedding as it learns on this device: its losses, the matrix of similarities every so often, and a pause at any moment. */
import { toFailure, type Failure } from '$lib/base/errors';
import type { Session } from '$lib/state/session.svelte';
import type { PartProgress, PartShown } from '$lib/worker/protocol';

type Similarities = Extract<PartShown, { kind: 'similarities' }>;
export type EmbeddingStep = Omit<PartProgress, 'shown'>;

const part = 'contrastive';

export class TrainedEmbedding {
  readonly session: Pick<Session, 'ask'>;
  steps = $state.raw<readonly EmbeddingStep[]>([]);
  shown = $state.raw<Similarities | null>(null);
  /** When that was looked at. */
  shownStep = $state(0);
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  readonly last: EmbeddingStep | null = $derived(this.steps.at(-1) ?? null);
  readonly stepsDone: number = $derived(this.last?.step ?? 0);
  /** Of the last few steps; null before there were any. */
  readonly msPerStep: number | null = $derived.by(() => {
    const few = this.steps.slice(-paceSteps);
    return few.length === 0 ? null : few.reduce((sum, { ms }) => sum + ms, 0) / few.length;
  });
  #stop: AbortController | null = null;

  constructor(session: Pick<Session, 'ask'>) {
    this.session = session;
  }

  /** What an earlier visit left, once the engine is there anyway. */
  async look(): Promise<void> {
    try {
      const { history } = await this.session.ask('part.look', { part });
      if (this.steps.length === 0) this.steps = history;
    } catch {
      this.steps = []; // nothing is kept, or nothing can be read: training starts from the seed
    }
  }

  async train(ask: { readonly untilStep: number; readonly seed: number; readonly fresh: boolean }): Promise<void> {
    this.pause();
    const stop = new AbortController();
    this.#stop = stop;
    this.failure = null;
    this.busy = true;
    if (ask.fresh) this.#forget();
    // Steps may come faster than a screen shows them: published at most once a repaint.
    let arrived: EmbeddingStep[] = [];
    let repaint = 0;
    const publish = (): void => {
      repaint = 0;
      if (this.#stop !== stop) return;
      this.steps = [...this.steps, ...arrived];
      arrived = [];
    };
    try {
      await this.session.ask(
        'part.train',
        { part, ...ask },
        {
          signal: stop.signal,
          onPart: ({ shown, ...step }) => {
            arrived.push(step);
            if (this.#stop === stop && shown?.kind === 'similarities') {
              this.shown = shown;
              this.shownStep = step.step;
            }
            if (repaint === 0) repaint = requestAnimationFrame(publish);
          },
        },
      );
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (this.#stop === stop && failure.code !== 'request/cancelled') this.failure = failure;
    } finally {
      cancelAnimationFrame(repaint);
      publish();
      if (this.#stop === stop) this.#end();
    }
  }

  /** Ends after the step that is being done; the engine keeps what was learned. */
  pause(): void {
    const stop = this.#stop;
    this.#stop = null;
    stop?.abort();
    this.#end();
  }

  #forget(): void {
    this.steps = [];
    this.shown = null;
    this.shownStep = 0;
  }

  #end(): void {
    this.#stop = null;
    this.busy = false;
  }
}

const paceSteps = 20;
