import { describe, expect, test } from 'vitest';
import { isRunOf, progressOf, secondsLeft, type Known, type QueueJob } from '../../src/state/queueProgress';
import { describeRun } from '../../src/state/runWords';
import { flopsPerStep } from '../../src/training/cost';
import type { Recipe } from '../../src/training/recipe';
import { slotRecipes } from '../../src/training/slotRecipes';
import type { RunId, RunSnapshot } from '../../src/worker/protocol';

function run(recipe: Recipe, stepsDone: number, seed = 1): RunSnapshot {
  return {
    runId: recipe.id,
    recipe,
    seed,
    stepsDone,
    trainedMs: 0,
    learningRate: 1,
    status: { kind: 'paused' },
    history: [],
    film: [],
    parameters: 0,
    flopsPerStep: flopsPerStep(recipe),
    savedStep: null,
    fingerprint: null,
    isJudged: false,
    checks: [],
  };
}

const job = (runId: RunId, untilStep: number): QueueJob => ({
  runId,
  recipe: slotRecipes[runId],
  seed: 1,
  untilStep,
  label: runId,
});
const known = (runs: readonly RunSnapshot[], paces: Partial<Record<RunId, number>> = {}): Known => ({
  runs: Object.fromEntries(runs.map((each) => [each.runId, each])),
  msPerStep: (runId) => paces[runId] ?? null,
});
const [base, up] = [job('base-7', 100), job('up-14', 50)];

describe('whose run lies in a slot', () => {
  test('is told by recipe and seed, however the settings are ordered', () => {
    const reversed = Object.fromEntries(Object.entries(base.recipe).reverse()) as unknown as Recipe; // the same fields
    expect(isRunOf(base, run(reversed, 5))).toBe(true);
    expect(isRunOf(base, run(base.recipe, 5, 2))).toBe(false);
    expect(isRunOf(base, run({ ...base.recipe, batchSize: 3 }, 5))).toBe(false);
    expect(isRunOf(base, run({ ...base.recipe, model: { ...base.recipe.model, widths: [40] } }, 5))).toBe(false);
    expect(isRunOf(base, undefined)).toBe(false);
  });
});

describe('progress', () => {
  test('counts steps of the job’s own run, and no further than it goes', () => {
    expect(progressOf(base, [base], known([]))).toEqual({ done: 0, total: 100, secondsLeft: null });
    expect(progressOf(base, [base], known([run(base.recipe, 30)]))).toMatchObject({ done: 30 });
    expect(progressOf(base, [base], known([run(base.recipe, 30, 2)]))).toMatchObject({ done: 0 });
    expect(progressOf(base, [base], known([run(base.recipe, 300)]))).toEqual({ done: 100, total: 100, secondsLeft: 0 });
  });

  test('takes its time from its own pace, else from what another network’s arithmetic took', () => {
    const runs = [run(base.recipe, 40), run(slotRecipes.quick, 10)];
    expect(progressOf(base, [base, up], known(runs, { 'base-7': 20 })).secondsLeft).toBeCloseTo(1.2);
    const ratio = (recipe: Recipe): number => flopsPerStep(up.recipe) / flopsPerStep(recipe);
    const byBase = known(runs, { 'base-7': 20, quick: 1 });
    expect(progressOf(up, [base, up], byBase).secondsLeft).toBeCloseTo(0.05 * 20 * ratio(base.recipe)); // the queue's own first
    const byQuick = known(runs, { quick: 100 });
    expect(progressOf(up, [base, up], byQuick).secondsLeft).toBeCloseTo(0.05 * 100 * ratio(slotRecipes.quick));
  });

  test('a run that is about to be replaced tells nothing of steps, but of speed all the same', () => {
    const other = known([run(base.recipe, 40, 2)], { 'base-7': 20 });
    expect(progressOf(base, [base], other)).toMatchObject({ done: 0, secondsLeft: (100 * 20) / 1000 });
  });

  test('of all is the sum, unknown while one is, and of no jobs unknown', () => {
    const runs = [run(base.recipe, 40)];
    const parts = [base, up].map((each) => progressOf(each, [base, up], known(runs, { 'base-7': 20 })).secondsLeft ?? NaN);
    expect(secondsLeft([base, up], known(runs, { 'base-7': 20 }))).toBeCloseTo((parts[0] ?? NaN) + (parts[1] ?? NaN));
    expect(secondsLeft([base, up], known(runs))).toBeNull();
    expect(secondsLeft([], known(runs))).toBeNull();
  });
});

test('the status names a run that is not one of lesson 2’s', () => {
  const words = (recipe: Recipe): readonly string[] => {
    const { state, short } = describeRun({ ...run(recipe, 30), status: { kind: 'training' } }, 60, 1000);
    return [state, short];
  };
  expect(words(slotRecipes.quick)).toEqual(['Training', 'step 30 · 30 s']);
  expect(words(slotRecipes['expert-2'])).toEqual(['Training: expert 2', 'expert 2 · step 30 · 30 s']);
});
