/** A training run from the outside, on WASM: what it owns, what it repeats, what it survives. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../src/base/errors';
import type { NamedArrays } from '../../src/model/config';
import { toArrays } from '../../src/model/tensors';
import type { StepReport } from '../../src/training/report';
import type { TrainingRun } from '../../src/training/run';
import { createRun, resumeRun } from '../../src/training/run';
import { expectError } from '../support/expectError';
import { barBatches, tinyRecipe } from '../support/tinyRecipe';
import { useWasmBackend } from '../support/wasmBackend';

beforeAll(useWasmBackend);
// A dozen tiny steps take a second on a quiet machine.
vi.setConfig({ testTimeout: 60_000 });

const recipe = tinyRecipe('quick');
const batch = barBatches(recipe);
const seed = 5;

function train(run: TrainingRun, steps: number): void {
  for (let i = 0; i < steps; i += 1) run.step(batch(run.stepsDone + 1));
}

/** All but the wall clock. */
function timeless(reports: readonly StepReport[]): readonly Omit<StepReport, 'ms'>[] {
  return reports.map((report) => ({ ...report, ms: 0 }));
}

async function expectDiverged(run: TrainingRun): Promise<AppError> {
  const thrown: unknown = await run.flush().then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof AppError)) throw new Error('the run did not diverge');
  expect(thrown.code).toBe('train/diverged');
  return thrown;
}

describe('tensors', () => {
  test('are as many after 30 steps as after 3, whatever happens in between, and none after dispose', async () => {
    const before = tf.memory().numTensors;
    const run = createRun(recipe, seed);
    train(run, 3);
    await run.flush();
    const settled = tf.memory().numTensors;

    train(run, 27);
    await run.flush();
    expect(tf.memory().numTensors).toBe(settled);

    await run.flush(); // of nothing
    await run.exportState();
    run.learningRateFactor = 0.5;
    train(run, 1);
    await run.flush();
    expect(tf.memory().numTensors).toBe(settled);

    run.poison();
    train(run, 4);
    await expectDiverged(run);
    expect(tf.memory().numTensors).toBe(settled);
    train(run, 2);
    await run.flush();
    expect(tf.memory().numTensors).toBe(settled);

    const resumed = resumeRun(recipe, seed, run.stepsDone, await run.exportState());
    resumed.dispose();
    expect(tf.memory().numTensors).toBe(settled);

    train(run, 2); // unread steps are the run's too
    run.dispose();
    run.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('are all gone when a run is disposed while it is being read', async () => {
    const before = tf.memory().numTensors;
    const run = createRun(recipe, seed);
    train(run, 2);
    const reading = run.flush();
    train(run, 1);
    run.dispose();
    await reading;
    expect(tf.memory().numTensors).toBe(before);
  });

  test('of the textbook recipe are as many after 12 steps as after 2', async () => {
    const before = tf.memory().numTensors;
    const run = createRun(tinyRecipe('textbook'), seed);
    train(run, 2);
    await run.flush();
    const settled = tf.memory().numTensors;
    train(run, 10);
    await run.flush();
    expect(tf.memory().numTensors).toBe(settled);
    run.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('the same run', () => {
  test('comes out bit for bit, however its results are read', async () => {
    const one = createRun(recipe, seed);
    train(one, 8);
    const reports = timeless(await one.flush());

    const two = createRun(recipe, seed);
    const pieces: Omit<StepReport, 'ms'>[] = [];
    for (let i = 0; i < 8; i += 1) {
      train(two, 1);
      if (i % 3 === 2) pieces.push(...timeless(await two.flush()));
    }
    pieces.push(...timeless(await two.flush()));
    expect(pieces).toEqual(reports);
    expect(await two.exportState()).toEqual(await one.exportState());

    const other = createRun(recipe, seed + 1);
    train(other, 8);
    expect(timeless(await other.flush())).not.toEqual(reports);
    for (const run of [one, two, other]) run.dispose();
  });

  test.each(['quick', 'textbook'] as const)('resumed is the run that was never interrupted, bit for bit: %s', async (id) => {
    const tiny = tinyRecipe(id);
    const whole = createRun(tiny, seed);
    train(whole, 4);
    await whole.flush();
    const saved = await whole.exportState();
    train(whole, 6);
    const reports = timeless(await whole.flush());

    const resumed = resumeRun(tiny, seed, 4, saved);
    expect(resumed.stepsDone).toBe(4);
    train(resumed, 6);
    expect(timeless(await resumed.flush())).toEqual(reports);
    expect(await resumed.exportState()).toEqual(await whole.exportState());
    whole.dispose();
    resumed.dispose();
  });
});

describe('a checkpoint that does not fit is refused by the tensor’s name, and leaves no tensors', () => {
  test.each([
    ['missing', 'param/mid.0.conv1.weight', () => undefined],
    ['misshapen', 'ema/stem.weight', () => ({ shape: [3], data: Float32Array.of(1, 2, 3) })],
    [
      'not a number',
      'muon/mid.1.conv2.weight',
      (data: Float32Array, shape: readonly number[]) => ({ shape, data: data.map(() => NaN) }),
    ],
    ['missing', 'adam.v/out.bias', () => undefined],
  ])('%s: %s', async (_, name, change) => {
    const run = createRun(recipe, seed);
    const state: Record<string, NamedArrays[string]> = { ...(await run.exportState()) };
    run.dispose();
    const before = tf.memory().numTensors;
    const { data, shape } = state[name] ?? { data: new Float32Array(), shape: [] };
    expect(data.length).toBeGreaterThan(0);
    const changed = change(data, shape);
    const rest = Object.fromEntries(Object.entries(state).filter(([key]) => key !== name));
    const damaged = changed === undefined ? rest : { ...rest, [name]: changed };
    expect(expectError(() => resumeRun(recipe, seed, 0, damaged), 'weights/format').message).toContain(`“${name}”`);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('of another recipe', async () => {
    const run = createRun(tinyRecipe('textbook'), seed);
    const state = await run.exportState();
    run.dispose();
    expectError(() => resumeRun(recipe, seed, 0, state), 'weights/format');
  });
});

describe('divergence', () => {
  test('a NaN puts the last good weights back, and training goes on as if it had not happened', async () => {
    const whole = createRun(recipe, seed);
    train(whole, 10);
    await whole.flush();

    const run = createRun(recipe, seed);
    train(run, 5);
    await run.flush();
    const good = await run.exportState();
    run.poison();
    train(run, 3);
    const error = await expectDiverged(run);
    expect(error.message).toContain('step 6');
    expect(error.message).toContain('step 5');
    expect(run.stepsDone).toBe(5);
    expect(await run.exportState()).toEqual(good);
    train(run, 5);
    expect((await run.flush()).map(({ step }) => step)).toEqual([6, 7, 8, 9, 10]);
    expect(await run.exportState()).toEqual(await whole.exportState());
    run.dispose();
    whole.dispose();
  });

  test('before the first good step goes back to the start', async () => {
    const run = createRun(recipe, seed);
    const start = await run.exportState();
    run.poison();
    train(run, 1);
    await expectDiverged(run);
    expect(run.stepsDone).toBe(0);
    expect(await run.exportState()).toEqual(start);
    run.dispose();
  });

  test('steps dispatched while the bad ones are being read are dropped as well', async () => {
    const run = createRun(recipe, seed);
    train(run, 2);
    await run.flush();
    run.poison();
    train(run, 1);
    const settled = tf.memory().numTensors;
    const reading = expectDiverged(run);
    train(run, 2);
    const next = run.flush(); // asked for before the first read has told that its steps stand on nothing
    train(run, 1);
    await reading;
    expect(run.stepsDone).toBe(2);
    expect(await next).toEqual([]);
    expect(await run.flush()).toEqual([]);
    train(run, 1);
    expect((await run.flush()).map(({ step }) => step)).toEqual([3]);
    train(run, 1);
    expect(tf.memory().numTensors).toBe(settled);
    run.dispose();
  });

  test('a learning rate that is far too high is noticed, if not at once then soon', async () => {
    const run = createRun(recipe, seed);
    train(run, 20);
    await run.flush();
    run.learningRateFactor = 300;
    let failure: AppError | null = null;
    for (let round = 0; round < 8 && failure === null; round += 1) {
      train(run, 5);
      failure = await run.flush().then(
        () => null,
        (thrown: unknown) => (thrown instanceof AppError ? thrown : null),
      );
    }
    expect(failure?.code).toBe('train/diverged');
    const weights = await toArrays(run.weights('raw'));
    expect(Object.values(weights).every(({ data }) => data.every(Number.isFinite))).toBe(true);
    run.dispose();
  });
});

describe('reports', () => {
  test('speak of each step once, in order, with errors in both spaces and the rate of the warm-up', async () => {
    const run = createRun(recipe, seed);
    train(run, 7);
    const reading = run.flush();
    train(run, 2);
    const [first, second] = await Promise.all([reading, run.flush()]);
    expect([first.length, second.length]).toEqual([7, 2]);
    const reports = [...first, ...second];
    expect(reports.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // Five steps of warm-up to 4e-3.
    expect(reports.map(({ learningRate }) => Number(learningRate.toFixed(5)))).toEqual([
      0.0008, 0.0016, 0.0024, 0.0032, 0.004, 0.004, 0.004, 0.004, 0.004,
    ]);
    expect(new Set(reports.map(({ t }) => t.join())).size, 'every step draws its own timesteps').toBe(reports.length);
    for (const report of reports) {
      expect(report.t.length).toBe(recipe.batchSize);
      expect(report.x0Mse).toBeCloseTo(report.x0Errors.reduce((sum, error) => sum + error, 0) / recipe.batchSize, 6);
      expect(report.epsMse).toBeCloseTo(report.epsErrors.reduce((sum, error) => sum + error, 0) / recipe.batchSize, 6);
      expect(report.ms).toBeGreaterThan(0);
    }
    run.dispose();
  });

  test('begin with the loss of a network that says nothing: its output layer starts at zero', async () => {
    // x̂0 = 0 everywhere, and every pixel of x0 is −1 or 1: the error is 1 for every picture.
    const quick = createRun(recipe, seed);
    train(quick, 1);
    const [report] = await quick.flush();
    expect(report?.x0Mse).toBeCloseTo(1, 6);
    expect(report?.loss).toBeGreaterThan(1); // weighted by min(1 + SNR, 5)
    // ε̂ = 0: the mean square of 256 normal numbers, 1 ± √2/16, three times that.
    const textbook = createRun(tinyRecipe('textbook'), seed);
    train(textbook, 1);
    const [other] = await textbook.flush();
    expect(Math.abs((other?.epsMse ?? NaN) - 1)).toBeLessThan((3 * Math.SQRT2) / 16);
    expect(other?.loss).toBeCloseTo(other?.epsMse ?? NaN, 6);
    quick.dispose();
    textbook.dispose();
  });

  test('the factor on the learning rate applies from the next step', async () => {
    const run = createRun(recipe, seed);
    train(run, 5);
    run.learningRateFactor = 0.25;
    train(run, 1);
    const reports = await run.flush();
    expect(reports.at(-1)?.learningRate).toBeCloseTo(0.001, 9);
    run.dispose();
  });

  test('a batch of the wrong size is refused and changes nothing', async () => {
    const run = createRun(recipe, seed);
    const before = tf.memory().numTensors;
    expectError(() => {
      run.step({ x0: new Float32Array(3), labels: Int32Array.of(1) });
    }, 'shape');
    expect(run.stepsDone).toBe(0);
    expect(tf.memory().numTensors).toBe(before);
    expect(await run.flush()).toEqual([]);
    run.dispose();
  });
});

describe('a step', () => {
  test('starts from an average that is the weights', async () => {
    for (const id of ['quick', 'textbook'] as const) {
      const run = createRun(tinyRecipe(id), seed);
      expect(await toArrays(run.weights('ema'))).toEqual(await toArrays(run.weights('raw')));
      run.dispose();
    }
  });

  test('moves nothing at a rate of zero', async () => {
    const run = createRun(recipe, seed);
    train(run, 3); // at first the output layer is zero, and no gradient reaches the rest
    const before = await toArrays(run.weights('raw'));
    run.learningRateFactor = 0;
    train(run, 1);
    expect(await toArrays(run.weights('raw'))).toEqual(before);
    run.dispose();
  });

  test('clips the gradient of all parameters together before both optimisers', async () => {
    const run = createRun(recipe, seed);
    train(run, 1);
    const [report] = await run.flush();
    expect(report?.gradNorm).toBeGreaterThan(2);
    // After one step every first moment and every momentum is a tenth of the clipped gradient, whose norm is the limit, 1.
    const state = await run.exportState();
    const moments = Object.entries(state).filter(([name]) => name.startsWith('adam.m/') || name.startsWith('muon/'));
    const squares = moments.flatMap(([, { data }]) => [...data]).reduce((sum, value) => sum + (10 * value) ** 2, 0);
    expect(Math.sqrt(squares)).toBeCloseTo(1, 4);
    run.dispose();
  });

  test('reads the labels when there are classes, and only then', async () => {
    for (const [id, matters] of [
      ['quick', true],
      ['textbook', false],
    ] as const) {
      const states = [0, 1].map(async (shift) => {
        const run = createRun(tinyRecipe(id), seed);
        for (let step = 1; step <= 3; step += 1) {
          const { x0, labels } = batch(step);
          run.step({ x0, labels: labels.map((label) => (label + shift) % 10) });
        }
        const state = await run.exportState();
        run.dispose();
        return state;
      });
      const [one, other] = await Promise.all(states);
      if (matters) expect(other).not.toEqual(one);
      else expect(other).toEqual(one);
    }
  });
});

test('going on while results are read changes nothing', async () => {
  const [whole, run] = [createRun(recipe, seed), createRun(recipe, seed)];
  train(whole, 6);
  await whole.flush();
  const reads: Promise<readonly StepReport[]>[] = [];
  for (let i = 0; i < 3; i += 1) {
    train(run, 2);
    reads.push(run.flush());
  }
  expect((await Promise.all(reads)).map((reports) => reports.map(({ step }) => step))).toEqual([[1, 2], [3, 4], [5, 6]]); // prettier-ignore
  expect(await run.exportState()).toEqual(await whole.exportState());

  // The good weights are those of the read, although a later step has replaced them in the meantime.
  train(whole, 1);
  train(run, 1);
  const reading = run.flush();
  train(run, 1);
  await reading;
  run.poison();
  train(run, 1);
  await expectDiverged(run);
  expect(run.stepsDone).toBe(7);
  expect(await run.exportState()).toEqual(await whole.exportState());
  run.dispose();
  whole.dispose();
});

test('results that cannot be read are lost, and nothing else', async () => {
  const run = createRun(recipe, seed);
  const settled = tf.memory().numTensors;
  train(run, 2);
  const lost = vi.spyOn(tf.Tensor.prototype, 'data').mockRejectedValueOnce(new Error('the context was lost'));
  const reading = run.flush();
  train(run, 1);
  await expect(reading).rejects.toThrow('the context was lost');
  lost.mockRestore();
  expect((await run.flush()).map(({ step }) => step)).toEqual([3]);
  expect(tf.memory().numTensors).toBe(settled);
  run.dispose();
});

test('the average is of the weights, and neither is written in place', async () => {
  const run = createRun(recipe, seed);
  const start = await toArrays(run.weights('raw'));
  train(run, 1);
  // The first average is the first weights.
  expect(await toArrays(run.weights('ema'))).toEqual(await toArrays(run.weights('raw')));
  train(run, 4);
  const [raw, ema] = [await toArrays(run.weights('raw')), await toArrays(run.weights('ema'))];
  expect(ema).not.toEqual(raw);
  expect(raw).not.toEqual(start);
  run.dispose();
});

test('a step reads nothing back, so the next batch is prepared while a graphics card computes', async () => {
  const run = createRun(recipe, seed);
  train(run, 1); // the backend's precision is found out once
  await run.flush();
  const reads = (['data', 'dataSync', 'array', 'arraySync'] as const).map((read) => vi.spyOn(tf.Tensor.prototype, read));
  train(run, 2);
  expect(reads.map((read) => read.mock.calls.length)).toEqual([0, 0, 0, 0]);
  await run.flush();
  expect(reads.some((read) => read.mock.calls.length > 0)).toBe(true); // they would have been seen
  for (const read of reads) read.mockRestore();
  run.dispose();
});
