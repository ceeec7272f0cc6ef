/** The training run of anything but a denoiser, on a problem whose answer is known: a matrix that is to be found from what it makes of vectors. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { createRng } from '../../src/base/rng';
import { differentiable } from '../../src/model/kernels/differentiable';
import { parameter, toArrays } from '../../src/model/tensors';
import { weightedMean } from '../../src/training/loss';
import { createPartRun, type Objective, type PartReport, type PartRun, type PartSettings } from '../../src/training/partRun';
import { useWasmBackend } from '../support/wasmBackend';

beforeAll(useWasmBackend);
vi.setConfig({ testTimeout: 60_000 });

interface Examples {
  /** [batchSize·width] each */
  readonly x: Float32Array;
  readonly y: Float32Array;
}

const [batchSize, width, seed] = [4, 8, 3];
const truth = createRng(1, 'truth').normals(width * width);

function examples(step: number): Examples {
  const x = createRng(step, 'examples').normals(batchSize * width);
  const y = x.map((_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    return truth.reduce(
      (sum, entry, j) => (j % width === column ? sum + entry * (x[row * width + Math.floor(j / width)] ?? 0) : sum),
      0,
    );
  });
  return { x, y };
}

/** Of x·matrix against y, each row's mean. @returns [batchSize] */
function squaredErrors(x: tf.Tensor2D, y: tf.Tensor2D, matrix: tf.Tensor2D): tf.Tensor1D {
  return differentiable(
    [matrix],
    () => {
      const difference = tf.sub<tf.Tensor2D>(tf.matMul(x, matrix), y);
      return { value: tf.mean<tf.Tensor1D>(tf.square(difference), 1), saved: [x, difference] as const };
    },
    (dy, [input, difference]) => [
      tf.matMul(input, tf.mul<tf.Tensor2D>(difference, tf.mul(tf.reshape(dy, [batchSize, 1]), 2 / width)), true, false),
    ],
  );
}

function objective(muon: boolean): Objective<Examples> {
  return {
    parameters: [{ name: 'matrix.weight', shape: [width, width], start: { kind: 'uniform', fanIn: width } }],
    isMuon: (name) => muon && name === 'matrix.weight',
    batchSize,
    loss: (params, { x, y }) => {
      const errors = squaredErrors(
        tf.tensor2d(x, [batchSize, width]),
        tf.tensor2d(y, [batchSize, width]),
        parameter(params, 'matrix.weight'),
      );
      return { loss: weightedMean(errors, tf.ones([batchSize])), errors };
    },
  };
}

const settings: PartSettings = {
  learningRate: 0.05,
  adamBeta2: 0.99,
  muonLearningRate: 0.05,
  warmupSteps: 0,
  clipNorm: null,
  ema: { kind: 'power', exponent: 8 },
  decay: null,
};

async function train(run: PartRun<Examples>, steps: number): Promise<readonly PartReport[]> {
  const from = run.stepsDone + 1;
  for (let step = from; step < from + steps; step += 1) run.step(examples(step));
  return run.flush();
}

describe.each([false, true])('with Muon: %s', (muon) => {
  test('what is to be found is found, and the report says what the objective does', async () => {
    const before = tf.memory().numTensors;
    const run = createPartRun(objective(muon), { ...settings, decay: { from: 200, to: 400 } }, seed);
    const reports = await train(run, 400);
    expect(reports.map(({ step }) => step)).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
    const [first, last] = [reports[0], reports.at(-1)];
    expect(first?.loss).toBeGreaterThan(1);
    expect(last?.loss).toBeLessThan(0.05);
    expect(first?.errors).toHaveLength(batchSize);
    expect(Array.from(first?.errors ?? []).reduce((sum, error) => sum + error, 0) / batchSize).toBeCloseTo(first?.loss ?? NaN, 4);
    const { 'matrix.weight': found } = await toArrays(run.weights('raw'));
    for (const [i, entry] of (found?.data ?? []).entries()) expect(entry).toBeCloseTo(truth[i] ?? NaN, 0);
    run.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('it goes on from its state to the same bits', async () => {
    const whole = createPartRun(objective(muon), settings, seed);
    await train(whole, 5);
    const state = await whole.exportState();
    await train(whole, 5);
    const resumed = createPartRun(objective(muon), settings, seed, { stepsDone: 5, state });
    await train(resumed, 5);
    expect(await resumed.exportState()).toEqual(await whole.exportState());
    whole.dispose();
    resumed.dispose();
  });
});

test('where the rates have fallen to nothing, nothing changes any more', async () => {
  const run = createPartRun(objective(false), { ...settings, decay: { from: 1, to: 3 } }, seed);
  await train(run, 3);
  const there = await toArrays(run.weights('raw'));
  await train(run, 2);
  expect(await toArrays(run.weights('raw'))).toEqual(there);
  run.dispose();
});

test('a loss that is no number is told, and the last good weights are back', async () => {
  const run = createPartRun(objective(false), settings, seed);
  await train(run, 2);
  const good = await toArrays(run.weights('raw'));
  run.step({ ...examples(3), y: new Float32Array(batchSize * width).fill(NaN) });
  await expect(run.flush()).rejects.toMatchObject({ code: 'train/diverged' });
  expect(run.stepsDone).toBe(2);
  expect(await toArrays(run.weights('raw'))).toEqual(good);
  run.dispose();
});
