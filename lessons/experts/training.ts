/** What training a setup here amounts to: its jobs for the queue, its arithmetic, and how long that will take. Plain data. */
import type { Runs } from '$lib/state/runs';
import type { QueueJob } from '$lib/state/trainingQueue.svelte';
import { flopsPerStep } from '$lib/training/cost';
import { expertsOf, type ExpertSetup } from '$lib/training/expertRecipes';
import type { Recipe } from '$lib/training/recipe';
import { recipes } from '$lib/training/recipes';
import type { BackendReport, RunId } from '$lib/worker/protocol';
import { intervalWords } from './setups';

/** How much of the recorded experts' training is repeated here; all of it takes a few minutes without a graphics card. */
export const shares = [0.02, 0.1, 0.25, 0.5, 1] as const;

/** One job an expert, in the order in which they draw: the one with most noise decides what is drawn, so it learns first. */
export function jobsOf(setup: ExpertSetup, share: number, seed: number): readonly QueueJob[] {
  const experts = expertsOf(setup);
  return experts
    .map(({ recipe, steps, interval }, i) => ({
      runId: recipe.id,
      recipe,
      seed,
      untilStep: Math.max(1, Math.round(steps * share)),
      label: `Expert ${i + 1} of ${experts.length}: ${intervalWords(interval)}`,
    }))
    .toReversed();
}

/** Floating-point operations of all jobs. */
export function flopsOf(jobs: readonly Pick<QueueJob, 'recipe' | 'untilStep'>[]): number {
  return jobs.reduce((sum, { recipe, untilStep }) => sum + untilStep * flopsPerStep(recipe), 0);
}

/**
 * Seconds that so much arithmetic takes on this device: by a run that has trained here, or else by what the backends were measured
 * at when one was chosen; null as long as neither is known.
 */
export function secondsFor(
  flops: number,
  {
    runs,
    msPerStep,
    backend,
  }: { readonly runs: Runs; readonly msPerStep: (id: RunId) => number | null; readonly backend: BackendReport | null },
): number | null {
  for (const run of Object.values(runs)) {
    const ms = msPerStep(run.runId);
    if (ms !== null) return (flops * ms) / run.flopsPerStep / 1000;
  }
  const probed = backend && backend.backend !== 'cpu' ? (backend.probe?.[backend.backend] ?? null) : null;
  // the probe takes steps of the quick recipe
  return probed === null ? null : (flops * probed.msPerStep) / flopsPerStep(recipes.quick) / 1000;
}

/**
 * Steps that the reader's experts of a setup have behind them, the cleanest first; null unless each of them has learned something,
 * from the same seed, and is of this setup: another setup may have left its own in the same places.
 */
export function trainedSteps(setup: ExpertSetup, runs: Runs): readonly number[] | null {
  const own = expertsOf(setup).map(({ recipe }) => {
    const run = runs[recipe.id];
    return run && run.stepsDone > 0 && isSame(run.recipe, recipe) ? run : null;
  });
  const seeds = new Set(own.map((run) => run?.seed));
  return own.every((run) => run !== null) && seeds.size === 1 ? own.map((run) => run.stepsDone) : null;
}

/** What makes an expert of a setup: its part of the schedule, and its network. */
function isSame(mine: Recipe, wanted: Recipe): boolean {
  return String(mine.timestepRange) === String(wanted.timestepRange) && String(mine.model.widths) === String(wanted.model.widths);
}
