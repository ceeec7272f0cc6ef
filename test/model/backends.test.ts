/** The same network, weights and batch on WASM and on the plain CPU backend: the same answers and gradients, up to rounding. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { makeSchedule } from '../../src/diffusion/schedule';
import type { NamedArrays, UNetConfig } from '../../src/model/config';
import { elements, parametersOf } from '../../src/model/parameters';
import { toArrays, toTensors } from '../../src/model/tensors';
import { batchGradients } from '../../src/training/gradients';
import { noiseBatch } from '../../src/training/noising';
import type { Recipe } from '../../src/training/recipe';
import { recipes } from '../../src/training/recipes';
import { useCpuBackend } from '../support/cpuBackend';
import { useWasmBackend } from '../support/wasmBackend';

/** Relative to the largest entry of each tensor: float32 sums of a few hundred to a few thousand terms, in another order. */
const tolerance = 1e-4;
/** …or to this share of the largest of all: some gradients are zero but for rounding (a key's bias, which softmax ignores). */
const floor = 1e-2;

async function gradientsOn(useBackend: () => Promise<void>, recipe: Recipe, weights: NamedArrays): Promise<NamedArrays> {
  await useBackend();
  const rng = createRng(21);
  const { imageSize } = recipe.model;
  const x0 = rng.normals(recipe.batchSize * imageSize * imageSize).map((value) => Math.max(-1, Math.min(1, value)));
  const schedule = makeSchedule(recipe.schedule);
  const noised = noiseBatch(
    { x0, labels: Int32Array.from({ length: recipe.batchSize }, (_, i) => i % 10) },
    recipe,
    schedule,
    rng,
  );
  const params = toTensors(weights);
  const { gradients, errors } = batchGradients(recipe, schedule, params, noised);
  const arrays = await toArrays({ ...gradients, errors });
  tf.dispose([params, gradients, errors]);
  return arrays;
}

function randomWeights(config: UNetConfig): NamedArrays {
  const rng = createRng(22);
  return Object.fromEntries(
    parametersOf(config).map(({ name, shape }) => {
      const fanIn = shape.length === 1 ? 4 : elements(shape.slice(0, -1));
      return [name, { shape, data: rng.normals(elements(shape)).map((value) => value / Math.sqrt(fanIn)) }];
    }),
  );
}

const small: UNetConfig = { ...recipes.quick.model, imageSize: 12, widths: [8, 16], attention: true, embedding: 16 };

test.each([
  { name: 'quick, with attention', recipe: { ...recipes.quick, batchSize: 5, model: small } },
  {
    name: 'textbook',
    recipe: { ...recipes.textbook, batchSize: 5, model: { ...small, classes: 0, norm: 'group', attention: false } },
  },
  {
    name: 'full resolution, three levels',
    recipe: { ...recipes.quick, batchSize: 3, model: { ...small, stem: 'full', widths: [4, 8, 8] } },
  },
] as const satisfies readonly { name: string; recipe: Recipe }[])('errors and gradients agree: $name', async ({ recipe }) => {
  const weights = randomWeights(recipe.model);
  const wasm = await gradientsOn(useWasmBackend, recipe, weights);
  const cpu = await gradientsOn(useCpuBackend, recipe, weights);
  expect(Object.keys(wasm)).toEqual(Object.keys(cpu));
  const size = (data: Float32Array): number => Math.max(...data.map(Math.abs));
  const largestOfAll = Math.max(...Object.values(cpu).map(({ data }) => size(data)));
  for (const [name, { data }] of Object.entries(cpu)) {
    const largest = Math.max(size(data), floor * largestOfAll);
    const difference = data.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (wasm[name]?.data[i] ?? NaN))), 0);
    expect(difference / largest, name).toBeLessThan(tolerance);
  }
});
