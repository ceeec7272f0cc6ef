/** The first steps of a run on WASM and on the plain CPU backend: the same seed, the same losses. */
import { expect, test, vi } from 'vitest';
import type { NamedArrays } from '../../src/model/config';
import type { StepReport } from '../../src/training/report';
import { createRun } from '../../src/training/run';
import { useCpuBackend } from '../support/cpuBackend';
import { barBatches, tinyRecipe } from '../support/tinyRecipe';
import { useWasmBackend } from '../support/wasmBackend';

vi.setConfig({ testTimeout: 60_000 });

/** Rounding differs in the seventh digit; ten steps of an optimiser that follows signs enlarge that a few hundred times. */
const tolerance = 1e-4;

test.each(['quick', 'textbook'] as const)('ten steps agree: %s', async (id) => {
  const recipe = tinyRecipe(id);
  const batch = barBatches(recipe);
  const train = async (): Promise<{ reports: readonly StepReport[]; state: NamedArrays }> => {
    const run = createRun(recipe, 3);
    for (let step = 1; step <= 10; step += 1) run.step(batch(step));
    const reports = await run.flush();
    const state = await run.exportState();
    run.dispose();
    return { reports, state };
  };
  await useWasmBackend();
  const wasm = await train();
  await useCpuBackend();
  const cpu = await train();

  expect(cpu.reports.map(({ t }) => t)).toEqual(wasm.reports.map(({ t }) => t));
  const losses = cpu.reports.map(({ loss }) => loss);
  expect(Math.max(...losses) / Math.min(...losses)).toBeGreaterThan(1.05); // the weights did change
  losses.forEach((loss, i) => {
    expect(Math.abs((wasm.reports[i]?.loss ?? NaN) / loss - 1), `step ${i + 1}`).toBeLessThan(tolerance);
  });
});
