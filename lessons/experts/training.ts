/** What training a setup here amounts to: its jobs for the queue, its arithmetic, and how long that will take. Plain data. */
import type { Runs } from '$lib/state/runs';
import type { QueueJob } from '$lib/state/trainingQueue.svelte';
import { flopsPerStep } from '$lib/training/cost';
import { expertsOf, type ExpertSetup } from '$lib/training/expertRecipes';
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
  { runs, msPerStep, backend }: { readonly runs: Runs; readonly msPerStep: (id: RunId) => number | null; readonly backend: BackendReport | null },
): number | null {
  for (const run of Object.values(runs)) {
    const ms = msPerStep(run.runId);
    if (ms !== null) return (flops * ms) / run.flopsPerStep / 1000;
  }
  const probed = backend && backend.backend !== 'cpu' ? (backend.probe?.[backend.backend] ?? null) : null;
  // the probe takes steps of the quick recipe
  return probed === null ? null : (flops * probed.msPerStep) / flopsPerStep(recipes.quick) / 1000;
}

/** Whether every expert of a setup has learned something here: then they can draw together. */
export function canDraw(setup: ExpertSetup, runs: Runs, seed: number): boolean {
  return expertsOf(setup).every(({ recipe }) => isOf(runs, recipe.id, setup, seed));
}

/** Whether the run in a slot is this setup's, and not one that another setup left there. */
function isOf(runs: Runs, id: RunId, setup: ExpertSetup, seed: number): boolean {
  const run = runs[id];
  const wanted = expertsOf(setup).find(({ recipe }) => recipe.id === id)?.recipe;
  if (!run || !wanted || run.stepsDone === 0 || run.seed !== seed) return false;
  return JSON.stringify(run.recipe) === JSON.stringify(wanted);
}
