/** Which walks are measured: every sampler at a few numbers of evaluations, and the long one that all are held against. */
import { samplerById } from '../../src/diffusion/samplers';
import type { SamplerValues } from '../../src/diffusion/samplers/define';
import type { Walk } from '../quality/draw';

/** Evaluations that a walk may spend. */
export const evaluationChoices = [4, 6, 8, 12, 16, 25, 50, 100] as const;
/** Steps of DDPM, the reference: as many as the network was trained on. */
export const referenceSteps = 1000;

/**
 * Euler is left out: with this schedule it is DDIM without fresh noise, step for step; Euler ancestral is DDPM. All with the same
 * spacing, so that nothing but the step differs.
 */
const variants: readonly Omit<Walk, 'steps'>[] = [
  { sampler: 'ddpm', samplerParams: { variance: 'small' }, spacing: 'trailing' },
  { sampler: 'ddim', samplerParams: { eta: 0 }, spacing: 'trailing' },
  { sampler: 'heun', samplerParams: { along: 'both' }, spacing: 'trailing' },
  { sampler: 'dpm-solver-2m', samplerParams: {}, spacing: 'trailing' },
  { sampler: 'dpm-solver-sde-2m', samplerParams: {}, spacing: 'trailing' },
  { sampler: 'plms', samplerParams: {}, spacing: 'trailing' },
  { sampler: 'unipc', samplerParams: {}, spacing: 'trailing' },
  { sampler: 'langevin', samplerParams: { inner: 5, stepSize: 0.2 }, spacing: 'trailing' },
];

export interface PlannedWalk extends Walk {
  readonly nfe: number;
  readonly seed: number;
}

export interface PlanOptions {
  readonly seeds: readonly number[];
  /** Evaluations that each walk may spend; `referenceSteps` stands for the reference, which DDPM alone walks. */
  readonly evaluations: readonly number[];
  /** Samplers by id; all, if left out. */
  readonly samplers?: readonly string[] | undefined;
  /** In place of each sampler's own. */
  readonly spacing?: Walk['spacing'] | undefined;
}

/** Seed after seed, and within one the cheapest walks first. */
export function planWalks({ seeds, evaluations, samplers, spacing }: PlanOptions): readonly PlannedWalk[] {
  const chosen = variants.filter(({ sampler }) => samplers === undefined || samplers.includes(sampler));
  const walks = chosen.flatMap((variant) => {
    const { sampler, samplerParams } = variant;
    const payable = evaluations.filter((most) => most < referenceSteps || sampler === 'ddpm');
    // two budgets may pay for the same walk
    const stepCounts = new Set(payable.map((most) => mostSteps(sampler, samplerParams, most)).filter((steps) => steps > 0));
    return [...stepCounts].map((steps) => {
      const nfe = samplerById(sampler).nfe(steps, samplerParams);
      return { ...variant, spacing: spacing ?? variant.spacing, steps, nfe };
    });
  });
  const cheapestFirst = walks.toSorted((a, b) => a.nfe - b.nfe);
  return seeds.flatMap((seed) => cheapestFirst.map((walk) => ({ ...walk, seed })));
}

/** The most steps that so many evaluations pay for; 0 if they do not pay for one. */
export function mostSteps(sampler: string, values: SamplerValues, evaluations: number): number {
  const { nfe } = samplerById(sampler);
  let steps = 0;
  while (steps < referenceSteps && nfe(steps + 1, values) <= evaluations) steps += 1;
  return steps;
}
