/** DDIM and annealed Langevin dynamics on the same network at equal evaluations, drawn one after the other and judged. */
import { toFailure, type Failure } from '$lib/base/errors';
import type { SampleRequest, SampleSummary } from '$lib/worker/protocol';
import { Drawing } from '../reverse-process/drawing.svelte';
import { judgedPictures } from '../reverse-process/forkRows';
import { requestOf, type Network } from './network';

/** Noisy steps at each level; the sampler's own default. */
export const innerSteps = 5;
export const fewSteps = 10;
/** Evaluations of a picture, in steps that both can spend: whole levels, and one look at the end. */
export const budgets = [26, 51, 101, 251, 501] as const;
export const guidanceScale = 1.25;
/** Above this probability the judge is sure. */
const sure = 0.9;

export interface LangevinSettings {
  readonly budget: number;
  readonly stepSize: number;
  readonly seed: number;
}

export interface LangevinLane {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  readonly steps: number;
  readonly sampler: string;
  readonly samplerParams: SampleRequest['samplerParams'];
}

export interface LaneEnd {
  /** [10, 28, 28] */
  readonly pictures: Float32Array;
  readonly summary: SampleSummary;
  /** How many the judge surely takes for what was asked; for any digit, if none was. Null without a judge. */
  readonly recognised: number | null;
}

/** Levels that Langevin dynamics can visit for so many evaluations. */
export function levelsOf(budget: number): number {
  return Math.floor((budget - 1) / innerSteps);
}

export function lanesOf({ budget, stepSize }: LangevinSettings): readonly LangevinLane[] {
  const ddim = (id: string, steps: number): LangevinLane => ({
    id,
    title: 'DDIM, η = 0',
    note: `${steps} steps of one look each`,
    steps,
    sampler: 'ddim',
    samplerParams: { eta: 0 },
  });
  const levels = levelsOf(budget);
  return [
    ddim('few', fewSteps),
    ddim('equal', budget),
    {
      id: 'langevin',
      title: 'Annealed Langevin',
      note: `${levels} levels of ${innerSteps} looks each, and one at the end`,
      steps: levels,
      sampler: 'langevin',
      samplerParams: { inner: innerSteps, stepSize },
    },
  ];
}

/** Of [n, 10] probabilities: pictures that are surely what was asked, or surely any digit where nothing was. */
export function recognisedIn(probabilities: Float32Array, asked: readonly (number | null)[]): number {
  return judgedPictures(probabilities).filter(({ digit, chance }, i) => chance > sure && (asked[i] == null || asked[i] === digit))
    .length;
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
