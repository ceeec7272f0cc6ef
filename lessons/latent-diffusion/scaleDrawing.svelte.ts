/** One of each digit by one of the networks of the study, and what the judge makes of them. */
import { toFailure, type Failure } from '$lib/base/errors';
import type { Session } from '$lib/state/session.svelte';
import type { ShippedName } from '$lib/training/shippedModels';
import { verdictsOf, type Verdict } from '../upsampling/verdicts';
import { scaleCaptions } from './misscaled';
import { latentRequest } from './requests';

const guidanceScale = 2;

export interface ScaleAsk {
  readonly name: ShippedName;
  readonly clip: boolean;
  readonly seed: number;
}

export class ScaleDrawing {
  /** [10, 28, 28]; null while there are none. */
  pixels = $state.raw<Float32Array | null>(null);
  verdicts = $state.raw<readonly Verdict[] | null>(null);
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  readonly #session: Pick<Session, 'sample' | 'judge'>;
  #stop: AbortController | null = null;

  constructor(session: Pick<Session, 'sample' | 'judge'>) {
    this.#session = session;
  }

  async draw({ name, clip, seed }: ScaleAsk): Promise<void> {
    this.clear();
    const stop = new AbortController();
    this.#stop = stop;
    this.busy = true;
    try {
      const request = latentRequest({ name, captions: scaleCaptions, guidanceScale, seed, clip, frames: 'last' });
      let pixels: Float32Array | null = null;
      const stream = this.#session.sample(request, { signal: stop.signal });
      for await (const { decoded } of stream) pixels = decoded?.xt ?? null;
      await stream.summary;
      if (!pixels || this.#stop !== stop) return;
      this.pixels = pixels;
      const { probabilities } = await this.#session.judge(pixels, { signal: stop.signal });
      if (this.#stop === stop) {
        this.verdicts = verdictsOf(
          probabilities,
          scaleCaptions.map((_, digit) => digit),
        );
      }
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (this.#stop === stop && failure.code !== 'request/cancelled') this.failure = failure;
    } finally {
      if (this.#stop === stop) this.busy = false;
    }
  }

  /** Stops within a step, and forgets what was drawn. */
  clear(): void {
    const stop = this.#stop;
    this.#stop = null;
    stop?.abort();
    this.busy = false;
    this.pixels = null;
    this.verdicts = null;
    this.failure = null;
  }
}
