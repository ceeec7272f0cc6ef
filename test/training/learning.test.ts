/** That training works: on a handful of pictures for a tiny network, and on real digits for the real one. On WASM. */
import { beforeAll, expect, test, vi } from 'vitest';
import { recipes } from '../../src/training/recipes';
import type { StepReport } from '../../src/training/report';
import type { Batch, TrainingRun } from '../../src/training/run';
import { createRun } from '../../src/training/run';
import { realBatches } from '../support/realBatches';
import { barBatches, tinyRecipe } from '../support/tinyRecipe';
import { useWasmBackend } from '../support/wasmBackend';

beforeAll(useWasmBackend);
// Half a minute of arithmetic on a busy machine, a few seconds on a quiet one.
vi.setConfig({ testTimeout: 120_000 });

async function train(run: TrainingRun, steps: number, batch: (step: number) => Batch): Promise<readonly StepReport[]> {
  for (let step = 1; step <= steps; step += 1) run.step(batch(step));
  return run.flush();
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

test.each([
  // Saying nothing costs 1 or more; the mean of the four pictures as a constant guess still costs a third of it.
  { id: 'quick', steps: 100, share: 0.25 },
  // Noise is new in every step and cannot be learned by heart, only told from bars: half of the start is far.
  { id: 'textbook', steps: 100, share: 0.7 },
] as const)('a tiny network learns from four pictures: $id', async ({ id, steps, share }) => {
  const recipe = tinyRecipe(id);
  const [run, fixed] = [createRun(recipe, 1), barBatches(recipe)(1)];
  const losses = (await train(run, steps, () => fixed)).map(({ loss }) => loss);
  expect(mean(losses.slice(-20))).toBeLessThan(share * mean(losses.slice(0, 5)));
  run.dispose();
});

test('the quick recipe on real digits beats the best constant picture within 30 steps', async () => {
  const run = createRun(recipes.quick, 1);
  const x0Mse = (await train(run, 30, realBatches(1, recipes.quick.batchSize))).map((report) => report.x0Mse);
  // At the start x̂0 = 0 (mid-grey), and MNIST in [−1, 1] has a mean square of 0.93.
  expect(x0Mse[0]).toBeGreaterThan(0.85);
  // The mean digit as a constant guess leaves the pixels' variance, 0.27.
  expect(mean(x0Mse.slice(-5))).toBeLessThan(0.25);
  run.dispose();
});
