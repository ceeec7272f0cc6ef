/** DDIM's way up from real digits to noise and down again, for each of several numbers of steps, by the engine. */
import { toFailure, type Failure } from '$lib/base/errors';
import type { SampleRequest, SampleSummary } from '$lib/worker/protocol';
import { Drawing } from '../reverse-process/drawing.svelte';
import { distance, rootMeanSquare } from './inversion';
import { longestT, requestOf, type Network } from './network';

export const tripSteps = [5, 10, 20, 50, 100] as const;

export interface Trip {
  readonly steps: number;
  /** [count, 28, 28] each. */
  readonly noise: Float32Array;
  readonly back: Float32Array;
  /** Between what went and what came back. */
  readonly error: number;
  /** Of the noise; 1 is what the walk down expects. */
  readonly noiseSize: number;
  /** Evaluations, both ways. */
  readonly nfe: number;
}

export interface Travellers {
  /** [count, 28, 28] */
  readonly pictures: Float32Array;
  readonly labels: readonly (number | null)[];
  readonly guidanceScale: number;
}

export class ThereAndBack {
  trips = $state.raw<readonly Trip[]>([]);
  /** The number of steps being walked now, and in which direction; null when it rests. */
  now = $state.raw<{ readonly steps: number; readonly way: 'up' | 'down' } | null>(null);
  trainedSteps = $state<number | null>(null);
  failure = $state.raw<Failure | null>(null);
  msPerEvaluation = $state<number | null>(null);
  readonly #drawing = new Drawing();
  #turn = 0;

  /** Each number of steps in turn, few first; what was known of them before is forgotten. */
  async travel(network: Network, travellers: Travellers, all: readonly number[]): Promise<void> {
    const turn = (this.#turn += 1);
    this.trips = [];
    this.failure = null;
    try {
      for (const steps of all) {
        const trip = await this.#trip(network, travellers, steps);
        if (turn !== this.#turn || !trip) return;
        this.trips = [...this.trips, trip];
      }
    } catch (thrown) {
      this.failure = toFailure(thrown);
    } finally {
      if (turn === this.#turn) this.now = null;
    }
  }

  cancel(): void {
    this.#turn += 1;
    this.#drawing.cancel();
    this.now = null;
  }

  async #trip(network: Network, { pictures, labels, guidanceScale }: Travellers, steps: number): Promise<Trip | null> {
    const common = { steps, labels, guidanceScale } as const;
    this.now = { steps, way: 'up' };
    const up = await this.#last(
      network,
      requestOf(network, { ...common, sampler: 'ddim-inversion', samplerParams: {}, start: { t: 0, x: pictures } }),
    );
    if (!up) return null;
    this.now = { steps, way: 'down' };
    const down = await this.#last(network, requestOf(network, { ...common, start: { t: longestT(network), x: up.end } }));
    if (!down) return null;
    const nfe = up.summary.nfe + down.summary.nfe;
    this.msPerEvaluation = (up.summary.ms + down.summary.ms) / nfe;
    this.trainedSteps = down.summary.trainedSteps;
    const error = distance(pictures, down.end);
    return { steps, noise: up.end, back: down.end, error, noiseSize: rootMeanSquare(up.end), nfe };
  }

  /** Null when it was cancelled. */
  async #last(
    { session }: Network,
    request: SampleRequest,
  ): Promise<{ readonly end: Float32Array; readonly summary: SampleSummary } | null> {
    await this.#drawing.draw(session, request);
    const { status, frames, summary } = this.#drawing;
    if (status.kind === 'failed') this.failure = status.failure;
    const end = frames.at(-1)?.xt;
    return end && summary ? { end, summary } : null;
  }
}
