/** Annealed Langevin dynamics beside DDIM at equal evaluations: which walks are compared, and how their ends are counted. */
import type { SampleRequest } from '$lib/worker/protocol';
import { judgedPictures } from '../reverse-process/forkRows';

/** Noisy steps at each level; the sampler's own default. */
const innerSteps = 5;
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

/** Levels that Langevin dynamics can visit for so many evaluations. */
function levelsOf(budget: number): number {
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
