/**
 * Rows of ten digits, asked for 0 to 9 and drawn one row after the other from the same noise; the judge says what became of each.
 * To be stopped at any moment; rows that are finished stay.
 */
import { toFailure, type Failure } from '$lib/base/errors';
import { Player } from '$lib/state/player.svelte';
import type { Session } from '$lib/state/session.svelte';
import type { SampleFrame, SampleRequest } from '$lib/worker/protocol';
import { Drawing } from '../reverse-process/drawing.svelte';
import { judgedPictures, type JudgedPicture } from '../reverse-process/forkRows';

export const digits = 10;
/** Longer walks keep their end alone: so many films of so many frames would fill the memory. */
const mostFrames = 100;
const pixels = 28 * 28;

export interface Row {
  readonly frames: readonly SampleFrame[];
  readonly judged: readonly JudgedPicture[] | null;
}

export interface RowAsk<Id extends string> {
  readonly id: Id;
  readonly source: SampleRequest['source'];
  /** Its own, if it has one. */
  readonly guidanceScale?: number;
}

export interface RowSettings {
  readonly steps: number;
  readonly guidanceScale: number;
  readonly seed: number;
}

/** The part of the session that draws and judges. */
export type DrawsAndJudges = Pick<Session, 'sample' | 'judge'>;

export class DigitRows<Id extends string> {
  /** By their ids. */
  rows = $state.raw<Readonly<Record<string, Row>>>({});
  /** The row that is being drawn. */
  now = $state.raw<Id | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Of one evaluation of one picture on this device; null until one was timed. */
  msPerEvaluation = $state<number | null>(null);
  readonly busy: boolean = $derived(this.now !== null);
  readonly drawing = new Drawing();
  readonly frameCount: number = $derived.by(() => Math.max(0, ...this.#lengths()));
  readonly player = new Player({ count: () => this.frameCount });
  #turn = 0;

  /** Rows that are not asked for stay as they are. @returns whether all were drawn to their end and judged */
  async run(session: DrawsAndJudges, asks: readonly RowAsk<Id>[], settings: RowSettings): Promise<boolean> {
    this.#turn += 1;
    const mine = this.#turn;
    const isCurrent = (): boolean => mine === this.#turn;
    this.player.pause();
    this.failure = null;
    const asked: readonly string[] = asks.map(({ id }) => id);
    this.rows = Object.fromEntries(Object.entries(this.rows).filter(([id]) => !asked.includes(id)));
    try {
      for (const { id, source, guidanceScale = settings.guidanceScale } of asks) {
        this.now = id;
        const done = await this.drawing.draw(session, request(source, { ...settings, guidanceScale }), () => this.#show(id));
        if (!isCurrent()) return false;
        this.#show(id);
        const { status } = this.drawing;
        if (status.kind === 'failed') this.failure = status.failure;
        if (!done) return false;
        this.#time();
        const { probabilities } = await session.judge(this.drawing.frames.at(-1)?.xt ?? new Float32Array());
        if (!isCurrent()) return false;
        this.rows = { ...this.rows, [id]: { frames: this.drawing.frames, judged: judgedPictures(probabilities) } };
      }
      return true;
    } catch (thrown) {
      if (isCurrent()) this.failure = toFailure(thrown);
      return false;
    } finally {
      if (isCurrent()) this.now = null;
    }
  }

  cancel(): void {
    this.#turn += 1;
    this.drawing.cancel();
    this.now = null;
  }

  dispose(): void {
    this.cancel();
    this.player.dispose();
  }

  /** Of the ten, those that the judge takes for what was asked; null while it has not said. */
  right(id: Id): number | null {
    return this.rows[id]?.judged?.filter(({ digit }, asked) => digit === asked).length ?? null;
  }

  #show(id: Id): void {
    this.rows = { ...this.rows, [id]: { frames: this.drawing.frames, judged: null } };
    this.player.seek(this.drawing.frames.length - 1);
  }

  #time(): void {
    const { summary } = this.drawing;
    if (summary && summary.nfe > 0) this.msPerEvaluation = summary.ms / (summary.nfe * digits);
  }

  #lengths(): readonly number[] {
    return Object.values(this.rows).map(({ frames }) => frames.length);
  }
}

function request(source: SampleRequest['source'], { steps, guidanceScale, seed }: RowSettings): SampleRequest {
  return {
    source,
    sampler: 'ddim',
    samplerParams: { eta: 0 },
    steps,
    spacing: 'trailing',
    guidanceScale,
    clip: true,
    seed,
    labels: Array.from({ length: digits }, (_, digit) => digit),
    frames: steps > mostFrames ? 'last' : 'all',
  };
}

/** A frame's picture number `index`; of the finished picture, which nobody guesses at any more, the picture itself. */
export function pictureAt(frame: SampleFrame | undefined, shown: 'xt' | 'x0', index: number): Float32Array | null {
  const values = (shown === 'x0' ? frame?.x0 : null) ?? frame?.xt ?? null;
  return values && values.subarray(index * pixels, (index + 1) * pixels);
}
