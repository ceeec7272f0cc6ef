import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { parseRecordedRun } from '../../src/data/recordedRun';
import { recipes } from '../../src/training/recipes';
import type { StepReport } from '../../src/training/report';
import { createRun } from '../../src/training/run';
import { stuckSymptom } from '../../src/training/stuck';
import { realBatches } from '../support/realBatches';
import { useWasmBackend } from '../support/wasmBackend';

vi.setConfig({ testTimeout: 120_000 });

type Seen = Pick<StepReport, 'step' | 'loss' | 'gradNorm'>;
const steps = (losses: readonly number[], gradNorm = 1): Seen[] => losses.map((loss, i) => ({ step: i + 1, loss, gradNorm }));

describe('a healthy run raises no alarm at any step', () => {
  test.each(['quick', 'textbook'])('%s, as recorded', (id) => {
    const file = new URL(`../../public/recorded/${id}.json`, import.meta.url);
    const losses = parseRecordedRun(JSON.parse(readFileSync(file, 'utf8'))).history.map(({ loss }) => loss);
    expect(losses.length).toBeGreaterThanOrEqual(500);
    const all = steps(losses);
    expect(all.filter((_, i) => stuckSymptom(all.slice(0, i + 1)) !== null)).toEqual([]);
  });

  test('nor do weights from a file, which begin where they are good already', () => {
    expect(stuckSymptom(steps(new Array<number>(40).fill(0.1)).map((each) => ({ ...each, step: each.step + 1 })))).toBeNull();
  });
});

describe('a run that does not learn is named within twenty steps', () => {
  beforeAll(useWasmBackend);

  async function train(id: 'quick' | 'textbook', factor: number): Promise<readonly StepReport[]> {
    const recipe = { ...recipes[id], batchSize: 8 };
    const run = createRun(recipe, 1);
    run.learningRateFactor = factor;
    const batches = realBatches(1, recipe.batchSize);
    const all: StepReport[] = [];
    for (let step = 1; step <= 20; step += 1) {
      run.step(batches(step));
      all.push(...(await run.flush()));
    }
    run.dispose();
    return all;
  }

  test('at a thousandth of the learning rate', async () => {
    const history = await train('quick', 0.001);
    expect(stuckSymptom(history.slice(0, 19))).toBeNull();
    expect(stuckSymptom(history)).toContain('20 steps');
  });

  test('and the same run at its own rate is not', async () => {
    expect(stuckSymptom(await train('quick', 1))).toBeNull();
  });

  test('when no gradient arrives, whenever that begins', () => {
    const learned = steps(Array.from({ length: 60 }, (_, i) => Math.exp(-i / 20)));
    const dead = (count: number): Seen[] => Array.from({ length: count }, (_, i) => ({ step: 61 + i, loss: 0.05, gradNorm: 0 }));
    expect(stuckSymptom(learned)).toBeNull();
    expect(stuckSymptom([...learned, ...dead(9)])).toBeNull();
    expect(stuckSymptom([...learned, ...dead(10)])).toContain('gradient');
  });

  test('a dead network, whose loss only wobbles', () => {
    const losses = Array.from({ length: 20 }, (_, i) => 1 + 0.02 * Math.sin(7 * i));
    expect(stuckSymptom(steps(losses))).not.toBeNull();
  });
});
