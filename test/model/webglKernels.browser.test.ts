/**
 * The WebGL kernels against the same operations composed of stock ones on tfjs's plain JavaScript backend, whose own forward passes and
 * gradients are checked against loops and slopes elsewhere.
 */
import '@tensorflow/tfjs-backend-cpu';
import { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRng, type Rng } from '../../src/base/rng';
import { block } from '../../src/model/block';
import type { NamedArrays } from '../../src/model/config';
import { hasResidualBlock } from '../../src/model/kernels/residualBlock';
import { installWebglKernels, removeWebglKernels } from '../../src/model/kernels/webgl/install';
import { activatedNorm } from '../../src/model/norm';
import { toArrays, type Params } from '../../src/model/tensors';
import { globalNorm } from '../../src/training/clip';
import { optimizerStep } from '../../src/training/optimizer';
import { recipes } from '../../src/training/recipes';
import { createRun } from '../../src/training/run';
import { trainedBy } from '../../src/training/weightsState';
import { barBatches, tinyRecipe } from '../support/tinyRecipe';

/** Relative to the largest entry of each tensor: 32-bit floats summed in another order. */
const tolerance = 2e-5;
const embedding = 16;

beforeAll(async () => {
  tf.env().set('SOFTWARE_WEBGL_ENABLED', true);
  if (!tf.findBackendFactory('webgl')) tf.registerBackend('webgl', () => new MathBackendWebGL());
  await tf.setBackend('webgl');
  expect(installWebglKernels()).toBe(true);
});
afterAll(() => {
  removeWebglKernels();
  tf.removeBackend('webgl');
});

/** Runs the same work on both backends. */
async function both(work: () => Params): Promise<readonly [NamedArrays, NamedArrays]> {
  await tf.setBackend('cpu');
  const plain = await collect(work);
  await tf.setBackend('webgl');
  return [plain, await collect(work)];
}

async function collect(work: () => Params): Promise<NamedArrays> {
  const before = tf.memory().numTensors;
  const buffersBefore = tf.memory().numDataBuffers;
  const result = tf.tidy(() => ({ ...work() }));
  const arrays = await toArrays(result);
  tf.dispose(result);
  expect([tf.memory().numTensors, tf.memory().numDataBuffers]).toEqual([before, buffersBefore]);
  return arrays;
}

function expectClose(actual: NamedArrays, expected: NamedArrays): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [name, { data, shape }] of Object.entries(expected)) {
    const got = actual[name];
    expect(got?.shape, name).toEqual(shape);
    const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
    const furthest = data.reduce((most, value, i) => Math.max(most, Math.abs((got?.data[i] ?? NaN) - value)), 0);
    expect(furthest / largest, name).toBeLessThan(tolerance);
  }
}

function random(rng: Rng, scale: number, ...shape: number[]): tf.Tensor {
  const count = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    rng.normals(count).map((value) => value * scale),
    shape,
  );
}

function blockParams(rng: Rng, channels: number, norm: readonly string[]): Params {
  return {
    ...Object.fromEntries(norm.map((part) => [`b.norm.${part}`, random(rng, 1, channels)])),
    'b.conv1.weight': random(rng, 0.2, 3, 3, channels, channels),
    'b.conv1.bias': random(rng, 1, channels),
    'b.scale.weight': random(rng, 0.2, embedding, channels),
    'b.scale.bias': random(rng, 0.2, channels),
    'b.shift.weight': random(rng, 0.2, embedding, channels),
    'b.shift.bias': random(rng, 0.2, channels),
    'b.conv2.weight': random(rng, 0.2, 3, 3, channels, channels),
    'b.conv2.bias': random(rng, 1, channels),
  };
}

const normParts = { none: [], rms: ['weight'], group: ['weight', 'bias'] } as const;

const shapes = [
  [1, 1, 1, 8],
  [2, 7, 7, 16],
  [3, 5, 6, 8],
  [5, 2, 9, 8],
  [2, 7, 7, 48], // the base of the cascade
  [1, 7, 7, 40], // a small expert
] as const;

describe.each(shapes)('a residual block on [%i, %i, %i, %i]', (batch, height, width, channels) => {
  test.each(['rms', 'none', 'group'] as const)('gives the composition’s values and gradients, norm %s', async (norm) => {
    const work = (): Params => {
      const rng = createRng(5, batch, height, width, channels);
      const params = blockParams(rng, channels, normParts[norm]);
      const names = Object.keys(params);
      const x = random(rng, 1, batch, height, width, channels);
      const cond = random(rng, 1, batch, embedding);
      const value = ([input, told, ...weights]: readonly tf.Tensor[]): tf.Tensor =>
        block(
          Object.fromEntries(names.map((name, i) => [name, weights[i] as tf.Tensor])),
          'b',
          norm,
          input as tf.Tensor4D,
          told as tf.Tensor2D,
        );
      const inputs = [x, cond, ...Object.values(params)];
      const y = value(inputs); // outside a gradient: the variant that keeps nothing
      const { value: recorded, grads } = tf.valueAndGrads((...given: tf.Tensor[]) => value(given))(
        inputs,
        random(rng, 1, ...x.shape),
      );
      return { y, recorded, ...Object.fromEntries(['x', 'cond', ...names].map((name, i) => [name, grads[i] as tf.Tensor])) };
    };
    const [plain, fused] = await both(work);
    expect(tf.tidy(() => hasResidualBlock(tf.zeros([1, 1, 1, channels])))).toBe(true);
    expectClose(fused, plain);
  });
});

test('more pictures than a texture is tall are left to stock operations', () => {
  const fits = (batch: number): boolean => tf.tidy(() => hasResidualBlock(tf.zeros([batch, 3, 3, 8])));
  const height = tf.env().getNumber('WEBGL_MAX_TEXTURE_SIZE');
  tf.env().set('WEBGL_MAX_TEXTURE_SIZE', 9);
  expect([fits(4), fits(5)]).toEqual([true, false]); // two rows of tiles each, and a row of zeros
  tf.env().set('WEBGL_MAX_TEXTURE_SIZE', height);
});

test.each(shapes)('SiLU of the RMS norm on [%i, %i, %i, %i]', async (...shape) => {
  const [plain, fused] = await both(() => {
    const rng = createRng(6, ...shape);
    const [x, gain] = [random(rng, 1, ...shape), random(rng, 1, shape[3])];
    const { value, grads } = tf.valueAndGrads((input: tf.Tensor, told: tf.Tensor): tf.Tensor =>
      activatedNorm({ 'n.weight': told }, 'n', 'rms', input as tf.Tensor4D),
    )([x, gain], random(rng, 1, ...shape));
    return { value, ...Object.fromEntries(grads.map((gradient, i) => [String(i), gradient])) };
  });
  expectClose(fused, plain);
});

/** All in one call, as training does it: a few vectors of Adam's, filters of two sizes of Muon's. */
test.each([0.3, 0.999])('Adam, Muon and the averages in one go, with β₂ %d', async (adamBeta2) => {
  const recipe = { ...recipes.quick, adamBeta2 };
  const [plain, fused] = await both(() => {
    const rng = createRng(9);
    const shapes = {
      ...{ bias: [3], weight: [5, 7], 'a.conv1.weight': [3, 3, 8, 8], 'a.conv2.weight': [3, 3, 8, 8] },
      ...{ 'b.conv1.weight': [3, 3, 16, 16], scalar: [1] },
    };
    const draw = (work: (entry: number) => number = (entry) => entry, only: (name: string) => boolean = () => true): Params =>
      Object.fromEntries(
        Object.entries(shapes)
          .filter(([name]) => only(name))
          .map(([name, shape]) => {
            const count = shape.reduce((product, length) => product * length, 1);
            return [name, tf.tensor(rng.normals(count).map(work), shape)];
          }),
      );
    const isMuon = (name: string): boolean => name.includes('conv');
    const isAdam = (name: string): boolean => !isMuon(name);
    const weights = {
      ...{ param: draw(), ema: draw(), adamM: draw(undefined, isAdam), muon: draw(undefined, isMuon) },
      adamV: draw((entry) => entry ** 2, isAdam),
    };
    const { param, ema, adamM, adamV, muon } = optimizerStep(
      { ...recipe, isMuon: trainedBy(recipe).isMuon },
      weights,
      draw(),
      tf.scalar(0.3),
      7,
      1,
    );
    const prefixed = Object.entries({ param, ema, adamM, adamV, muon }).map(([part, tensors]) =>
      Object.entries(tensors).map(([name, tensor]) => [`${part}.${name}`, tensor] as const),
    );
    return Object.fromEntries(prefixed.flat());
  });
  expectClose(fused, plain);
});

test('the length of a gradient of more tensors than one launch reads', async () => {
  const [plain, fused] = await both(() => {
    const rng = createRng(3);
    const gradients = Array.from({ length: 19 }, (_, i) => tf.tensor1d(rng.normals(1 + 40 * i)));
    return { norm: globalNorm(Object.fromEntries(gradients.map((gradient, i) => [String(i), gradient]))) };
  });
  expectClose(fused, plain);
});

/** Relative. Rounding differs in the seventh digit; Muon's iteration and six steps multiply that. */
const lossTolerance = 1e-4;

test('a run has the same losses, step for step, and leaves no tensors', async () => {
  const recipe = tinyRecipe('quick');
  const batch = barBatches(recipe);
  const lossesOn = async (backend: 'cpu' | 'webgl'): Promise<number[]> => {
    await tf.setBackend(backend);
    const run = createRun(recipe, 1);
    const losses: number[] = [];
    let tensors = 0;
    for (let step = 1; step <= 6; step += 1) {
      run.step(batch(step));
      losses.push(...(await run.flush()).map(({ loss, gradNorm }) => loss + gradNorm));
      if (step === 2) tensors = tf.memory().numTensors;
    }
    expect(tf.memory().numTensors).toBe(tensors);
    run.dispose();
    return losses;
  };
  const plain = await lossesOn('cpu');
  const fused = await lossesOn('webgl');
  expect(fused).toHaveLength(6);
  fused.forEach((loss, i) => expect(Math.abs(loss / (plain[i] ?? NaN) - 1), `step ${i + 1}`).toBeLessThan(lossTolerance));
});
