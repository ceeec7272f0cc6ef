/** Training the three networks of a chain one after the other: what is trained, for how long, and what that costs. Plain data. */
import type { ParamValues } from '$lib/base/params';
import type { QueueJob } from '$lib/state/queueProgress';
import { baseRecipe, upRecipe } from '$lib/training/cascadeRecipes';
import { flopsPerStep } from '$lib/training/cost';
import type { Recipe } from '$lib/training/recipe';
import type { Role } from './chainStages';
import type { trainParams } from './liveParams';

/** The queue's name in the session. */
export const queueName = 'cascade';

export type TrainValues = ParamValues<typeof trainParams>;

const jobTitles: Readonly<Record<Role, string>> = {
  'base-7': 'The base, 7 × 7',
  'up-14': '7 × 7 → 14 × 14',
  'up-28': '14 × 14 → 28 × 28',
};

/** In the order of training: the base first, without which the others have nothing to enlarge. */
export function chainJobs({ base, up14, up28, upsamplers, seed }: TrainValues): readonly QueueJob[] {
  const job = (runId: Role, recipe: Recipe, untilStep: number): QueueJob => ({
    runId,
    recipe,
    seed,
    untilStep,
    label: jobTitles[runId],
  });
  return [
    job('base-7', baseRecipe, base),
    job('up-14', upRecipe(14, upsamplers), up14),
    job('up-28', upRecipe(28, upsamplers), up28),
  ];
}

function jobFlops({ recipe, untilStep }: Pick<QueueJob, 'recipe' | 'untilStep'>): number {
  return flopsPerStep(recipe) * untilStep;
}

export function totalFlops(jobs: readonly Pick<QueueJob, 'recipe' | 'untilStep'>[]): number {
  return jobs.reduce((sum, job) => sum + jobFlops(job), 0);
}
