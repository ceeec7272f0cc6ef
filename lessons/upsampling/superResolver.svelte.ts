/** A digit that the reader draws small, made large several times over: each time from other noise. */
import { toFailure, type Failure } from '$lib/base/errors';
import { shrink } from '$lib/data/resize';
import { padSide } from './padSide';
import { joined } from './realDigits';
import { upsample, type UpAsk, type Upsampled, type Upsamples } from './upsample';

/** Large pictures of one small one. */
export const copies = 5;

export type EnlargeAsk = Omit<UpAsk, 'small' | 'labels'> & { readonly label: number | null };

export class SuperResolver {
  /** What was drawn: [28, 28] in −1..1. */
  ink = $state.raw<Float32Array>(new Float32Array(padSide * padSide).fill(-1));
  result = $state.raw<Upsampled | null>(null);
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  readonly isEmpty: boolean = $derived(this.ink.every((value) => value === -1));
  readonly #session: Upsamples;
  #stop: AbortController | null = null;

  constructor(session: Upsamples) {
    this.#session = session;
  }

  /** The drawing with this many pixels a side. */
  small(side: number): Float32Array {
    return shrink(this.ink, padSide, side);
  }

  draw(ink: Float32Array): void {
    this.ink = ink;
    if (!this.isEmpty) return;
    this.cancel();
    this.result = null;
  }

  async enlarge({ label, ...ask }: EnlargeAsk): Promise<void> {
    this.cancel();
    if (this.isEmpty) return;
    const stop = new AbortController();
    this.#stop = stop;
    this.failure = null;
    this.busy = true;
    const small = this.small(ask.side);
    const labels = Array.from({ length: copies }, () => label);
    try {
      const result = await upsample(this.#session, { ...ask, labels, small: joined(labels.map(() => small)) }, stop.signal);
      if (this.#stop === stop) this.result = result;
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (this.#stop === stop && failure.code !== 'request/cancelled') this.failure = failure;
    } finally {
      if (this.#stop === stop) this.busy = false;
    }
  }

  /** Stops within a step; what was there before stays. */
  cancel(): void {
    const stop = this.#stop;
    this.#stop = null;
    stop?.abort();
    this.busy = false;
  }
}
