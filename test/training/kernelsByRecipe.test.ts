/**
 * The networks that are trained, each with one batch: what the SIMD kernels of WASM make of it against stock operations. Their widths
 * and sides (48 channels at 7×7, 24 and 40) are no others' in the tests of single kernels.
 */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { makeSchedule } from '../../src/diffusion/schedule';
import { affineKernel } from '../../src/model/kernels/affine';
import { convKernel } from '../../src/model/kernels/biasedConv';
import { filmKernel } from '../../src/model/kernels/filmLayers';
import { residualBlockGradKernel, residualBlockKernel } from '../../src/model/kernels/residualBlock';
import { installSimdKernels, removeSimdKernels } from '../../src/model/kernels/simd/install';
import { elements, parametersOf } from '../../src/model/parameters';
import type { Params } from '../../src/model/tensors';
import { captionRecipe } from '../../src/training/captionRecipes';
import { baseRecipe, upRecipe } from '../../src/training/cascadeRecipes';
import { expertsOf } from '../../src/training/expertRecipes';
import { batchGradients } from '../../src/training/gradients';
import { noiseBatch } from '../../src/training/noising';
import type { Recipe } from '../../src/training/recipe';
import { createRun } from '../../src/training/run';
import { both, expectClose } from '../support/bothKernels';
import { timeRecipe } from '../../src/training/timeRecipes';
import { realBatches } from '../support/realBatches';
import { simdBinary } from '../support/simdKernels';
import { useWasmBackend } from '../support/wasmBackend';

beforeAll(useWasmBackend);
afterEach(removeSimdKernels);

/** Enough for a pair of pictures and one alone, which the kernels take together and apart. */
const batchSize = 3;

const named = (name: string, recipe: Recipe): { readonly name: string; readonly recipe: Recipe } => ({
  name,
  recipe: { ...recipe, batchSize },
});
const [small] = expertsOf('two-small');
if (!small) throw new Error('there are two');
/** Blocks of each: one per inner block, and two for a level above. */
const networks = [
  { ...named('base-7', baseRecipe), blocks: 3 },
  { ...named('up-14, plain', upRecipe(14, 'plain')), blocks: 2 },
  { ...named('up-14, augmented', upRecipe(14, 'augmented')), blocks: 2 },
  { ...named('up-28, plain', upRecipe(28, 'plain')), blocks: 2 },
  { ...named('up-28, augmented', upRecipe(28, 'augmented')), blocks: 2 },
  { ...named('two-small', small.recipe), blocks: 4 },
  { ...named('caption', captionRecipe), blocks: 4 },
  { ...named('timeless-eps', timeRecipe('timeless-eps')), blocks: 4 },
];

/** Nowhere zero, so that every layer takes part. */
function someWeights({ model }: Recipe): Params {
  const rng = createRng(21);
  return Object.fromEntries(
    parametersOf(model).map(({ name, shape }) => {
      const fanIn = shape.length === 1 ? 4 : elements(shape.slice(0, -1));
      const values = rng.normals(elements(shape)).map((value) => value / Math.sqrt(fanIn));
      return [name, tf.tensor(values, [...shape])];
    }),
  );
}

/** Loss, errors and gradients of one batch of digits. */
function oneBatch(recipe: Recipe): Params {
  const schedule = makeSchedule(recipe.schedule);
  const noised = noiseBatch(realBatches(3, recipe.batchSize)(1), recipe, schedule, createRng(6));
  const { gradients, errors } = batchGradients(recipe, schedule, someWeights(recipe), noised);
  return { errors, ...gradients };
}

describe.each(networks)('$name', ({ recipe, blocks }) => {
  test('has the errors and gradients of stock operations', async () => {
    const [stock, simd] = await both(() => oneBatch(recipe));
    expect(Object.keys(stock)).toHaveLength(parametersOf(recipe.model).length + 1);
    const isSilent = Object.entries(stock).filter(([, { data }]) => data.every((value) => value === 0));
    expect(isSilent.map(([name]) => name)).toEqual([]);
    expectClose(simd, stock);
  });

  test('is computed by the kernels, and by no stock convolution or product', async () => {
    await installSimdKernels(simdBinary());
    const { kernels } = await tf.profile(() => tf.dispose(tf.tidy(() => oneBatch(recipe))));
    const names = kernels.map(({ name }) => name);
    const times = (kernel: string): number => names.filter((name) => name === kernel).length;
    expect([times(residualBlockKernel), times(residualBlockGradKernel)]).toEqual([blocks, blocks]);
    for (const kernel of [convKernel, filmKernel, affineKernel]) expect(times(kernel)).toBeGreaterThan(0);
    expect(names.filter((name) => /^Conv2D|MatMul/.test(name))).toEqual([]);
  });
});

test('a network whose widths no kernel fits is composed, and has the same gradients', async () => {
  const odd: Recipe = { ...baseRecipe, batchSize, model: { ...baseRecipe.model, widths: [12], innerBlocks: 2 } };
  const [stock, simd] = await both(() => oneBatch(odd));
  expectClose(simd, stock);
  const { kernelNames } = await tf.profile(() => tf.dispose(tf.tidy(() => oneBatch(odd))));
  expect(kernelNames).not.toContain(residualBlockKernel);
  expect(kernelNames).not.toContain(filmKernel);
});

test.each(networks)('three steps of $name have the losses that stock kernels give', async ({ recipe }) => {
  const losses = async (): Promise<readonly number[]> => {
    const run = createRun(recipe, 3);
    const batch = realBatches(3, recipe.batchSize);
    const all: number[] = [];
    for (let step = 1; step <= 3; step += 1) {
      run.step(batch(step));
      all.push(...(await run.flush()).map(({ loss }) => loss));
    }
    run.dispose();
    return all;
  };
  const stock = await losses();
  await installSimdKernels(simdBinary());
  const before = tf.memory().numTensors;
  const simd = await losses();
  expect(tf.memory().numTensors).toBe(before);
  expect(simd).toHaveLength(3);
  simd.forEach((loss, i) => expect(Math.abs(loss / (stock[i] ?? NaN) - 1)).toBeLessThan(1e-4));
});
