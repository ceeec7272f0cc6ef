/**
 * Timestep experts (Balaji et al. 2022, eDiff-I, arXiv:2211.01324): the quick recipe, shared out among networks that each own an
 * interval of t. Every expert trains on just those draws of t that one network would have seen there, so that all of them together
 * cost what the one costs.
 */
import { intervalsOf, type BorderSpacing, type Interval } from '../diffusion/experts';
import { makeSchedule } from '../diffusion/schedule';
import { flopsPerStep } from './cost';
import type { Recipe, RecipeId } from './recipe';
import { recipes } from './recipes';
import { shareBelow } from './timesteps';

const { quick } = recipes;

/** Steps of the one network that experts are held against. */
export const singleSteps = 1000;

export const expertSetups = ['two', 'three', 'three-logsnr', 'four', 'two-small'] as const;
export type ExpertSetup = (typeof expertSetups)[number];

interface Setup {
  readonly count: number;
  readonly spacing: BorderSpacing;
  /** Channels of each level; two networks of the small ones have about as many parameters as one of the usual. */
  readonly widths: readonly number[];
}

const usual = quick.model.widths;
const setups: Readonly<Record<ExpertSetup, Setup>> = {
  two: { count: 2, spacing: 't', widths: usual },
  three: { count: 3, spacing: 't', widths: usual },
  'three-logsnr': { count: 3, spacing: 'logSnr', widths: usual },
  four: { count: 4, spacing: 't', widths: usual },
  'two-small': { count: 2, spacing: 't', widths: [24, 40] },
};
const slots: readonly RecipeId[] = ['expert-1', 'expert-2', 'expert-3', 'expert-4'];

export interface Expert {
  readonly recipe: Recipe;
  readonly steps: number;
  readonly interval: Interval;
}

/** The cleanest first. @param steps of one network of the usual size, whose training they share */
export function expertsOf(setup: ExpertSetup, steps = singleSteps): readonly Expert[] {
  const { count, spacing, widths } = setups[setup];
  const schedule = makeSchedule(quick.schedule);
  const model = { ...quick.model, widths };
  const budget = (steps * flopsPerStep(quick)) / flopsPerStep({ ...quick, model });
  return intervalsOf(count, spacing, schedule).map((interval, i) => {
    const { from, to } = interval;
    const below = (t: number): number => shareBelow(t / schedule.T, quick.timestepExponent);
    const recipe: Recipe = { ...quick, id: slots[i] ?? 'expert-1', model, timestepRange: [from, to] };
    return { recipe, interval, steps: Math.round(budget * (below(to) - below(from))) };
  });
}
