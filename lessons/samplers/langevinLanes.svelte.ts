/** DDIM and annealed Langevin dynamics on the same network at equal evaluations, drawn one after the other and judged. */
import { toFailure, type Failure } from '$lib/base/errors';
import type { SampleSummary } from '$lib/worker/protocol';
import { Drawing } from '../reverse-process/drawing.svelte';
import { guidanceScale, lanesOf, recognisedIn, type LangevinLane, type LangevinSettings } from './langevin';
import { requestOf, type Network } from './network';

export interface LaneEnd {
  /** [10, 28, 28] */
  readonly pictures: Float32Array;
  readonly summary: SampleSummary;
  /** How many the judge surely takes for what was asked; for any digit, if none was. Null without a judge. */
  readonly recognised: number | null;
}

export class LangevinLanes {
  lanes = $state.raw<readonly LangevinLane[]>([]);
  ends = $state.raw<Readonly<Record<string, LaneEnd>>>({});
  /** The lane that is being drawn; null when all rest. */
  now = $state<string | null>(null);
  failure = $state.raw<Failure | null>(null);
  readonly #drawing = new Drawing();
  #turn = 0;

  async draw(network: Network, settings: LangevinSettings): Promise<void> {
    const turn = (this.#turn += 1);
    this.lanes = lanesOf(settings);
    this.ends = {};
    this.failure = null;
    const labels = Array.from({ length: 10 }, (_, digit) => (network.takesDigit ? digit : null));
    for (const { id, sampler, samplerParams, steps } of this.lanes) {
      this.now = id;
      const request = requestOf(network, { sampler, samplerParams, steps, labels, guidanceScale, seed: settings.seed });
      const done = await this.#drawing.draw(network.session, request);
      if (turn !== this.#turn) return;
      const { status, frames, summary } = this.#drawing;
      const pictures = frames.at(-1)?.xt;
      if (status.kind === 'failed') this.failure = status.failure;
      if (!done || !pictures || !summary) break;
      const recognised = await this.#judge(network, pictures, labels);
      if (turn !== this.#turn) return;
      this.ends = { ...this.ends, [id]: { pictures, summary, recognised } };
    }
    this.now = null;
  }

  cancel(): void {
    this.#turn += 1;
    this.#drawing.cancel();
    this.now = null;
  }

  /** Null without the judge: the pictures are worth seeing all the same. */
  async #judge({ session }: Network, pictures: Float32Array, asked: readonly (number | null)[]): Promise<number | null> {
    try {
      const { probabilities } = await session.judge(pictures);
      return recognisedIn(probabilities, asked);
    } catch (thrown) {
      this.failure = toFailure(thrown);
      return null;
    }
  }
}
