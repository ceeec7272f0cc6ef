/** The trained networks that come with the page: that each file is there, is what its name says, and has learnt that. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { enlarge, shrink } from '../../src/data/resize';
import { describeDigit } from '../../src/data/captions/batchCaptions';
import { plainCaption } from '../../src/data/captions/caption';
import { augment } from '../../src/diffusion/augmentation';
import { levelAt, makeSchedule } from '../../src/diffusion/schedule';
import { makeDenoiser } from '../../src/model/denoiser';
import { checkWeights, decodeSafetensors } from '../../src/model/safetensors';
import { installSimdKernels, removeSimdKernels } from '../../src/model/kernels/simd/install';
import { parameterCount } from '../../src/model/cost';
import { disposeAll, toTensors, type Params } from '../../src/model/tensors';
import { augmentations, baseCheckpoints, cascadeSteps } from '../../src/training/cascadeRecipes';
import { captionCheckpoints } from '../../src/training/captionRecipes';
import { decoderCheckpoints } from '../../src/training/decoderRecipes';
import { expertSetups, expertsOf, singleSteps, type ExpertSetup } from '../../src/training/expertRecipes';
import { latentCheckpoints, misscaledDeviations, misscaledSteps } from '../../src/training/latentRecipes';
import { shippedModel, shippedModels, type ShippedModel } from '../../src/training/shippedModels';
import { timeNetworks, timeSteps } from '../../src/training/timeRecipes';
import { toldText } from '../../src/worker/prompts';
import { expectError } from '../support/expectError';
import { realDigits } from '../support/realBatches';
import { simdBinary } from '../support/simdKernels';
import { useWasmBackend } from '../support/wasmBackend';

const bytesOf = ({ path }: ShippedModel): Uint8Array =>
  readFileSync(fileURLToPath(new URL(`../../public/${path}`, import.meta.url)));

test('names and paths are each one’s own, and a name that does not ship is refused by name', () => {
  const names = shippedModels.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  // Told the timestep and asked for x0 is what the quick network is.
  expect(new Set(shippedModels.map(({ path }) => path)).size).toBe(names.length - 1);
  expect(shippedModel('time-x0')).toEqual({ ...shippedModel('quick'), name: 'time-x0' });
  // One network, eight moments of the base, four upsamplers, 2 + 3 + 3 + 4 + 2 experts, moments of the one that reads, t told or not, of the one in latents, two misscaled, moments of the decoder.
  const moments = [baseCheckpoints, captionCheckpoints, latentCheckpoints, decoderCheckpoints].map(({ length }) => length);
  expect(names).toHaveLength(1 + 4 + 14 + 4 + 2 + moments.reduce((sum, length) => sum + length, 0));
  for (const model of shippedModels) expect(shippedModel(model.name)).toBe(model);
  for (const name of ['base-7@120', 'two-3', 'four-5', 'up-7-plain', 'toString', ''])
    expect(expectError(() => shippedModel(name), 'range').message).toContain(`“${name}”`);
});

/** How long each was trained: what the recipes' files say. */
const stepsOf: Readonly<Record<string, number>> = {
  quick: singleSteps,
  ...Object.fromEntries(baseCheckpoints.map((steps) => [`base-7@${steps}`, steps])),
  ...Object.fromEntries(
    augmentations.flatMap((kind) => [[`up-14-${kind}`, cascadeSteps.up14], [`up-28-${kind}`, cascadeSteps.up28]]),
  ),
  ...Object.fromEntries(expertSetups.flatMap((setup) => expertsOf(setup).map(({ steps }, i) => [`${setup}-${i + 1}`, steps]))),
  ...Object.fromEntries(captionCheckpoints.map((steps) => [`caption@${steps}`, steps])),
  ...Object.fromEntries(timeNetworks.map((name) => [name, timeSteps])),
  ...Object.fromEntries(latentCheckpoints.map((steps) => [`latent@${steps}`, steps])),
  ...Object.fromEntries(Object.keys(misscaledDeviations).map((name) => [name, misscaledSteps])),
  ...Object.fromEntries(decoderCheckpoints.map((steps) => [`decoder@${steps}`, steps])),
}; // prettier-ignore

describe.each(shippedModels)('$name', (model) => {
  const { arrays, metadata } = decodeSafetensors(bytesOf(model));

  test('has the recipe’s parameters, all of them numbers', () => {
    checkWeights(arrays, model.recipe.model);
    const values = Object.values(arrays).map(({ data }) => data);
    expect(values.reduce((sum, { length }) => sum + length, 0)).toBe(parameterCount(model.recipe.model));
    for (const [name, { data }] of Object.entries(arrays)) {
      expect(data.every(Number.isFinite), name).toBe(true);
      // Second convolutions and the output start at zero: a trained network has left it.
      expect(data.some((value) => value !== 0), name).toBe(true); // prettier-ignore
    }
  });

  test('says of itself what it is: recipe, steps, averaged, and the command that makes it', () => {
    expect(metadata).toMatchObject({ recipe: model.recipe.id, step: String(stepsOf[model.name]), weights: 'ema' });
    expect(metadata['seed']).toMatch(/^\d+$/);
    expect(metadata['command']).toMatch(/^npm run pretrain/);
  });

  test('is stored in half precision: two bytes a parameter and a header', () => {
    const bytes = bytesOf(model).length - 2 * parameterCount(model.recipe.model);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(128 * Object.keys(arrays).length + 256);
  });
});

describe('what they have learnt', () => {
  const count = 32;
  const digits = realDigits('t10k').batch(Array.from({ length: count }, (_, i) => i));
  const loaded = new Map<string, Params>();

  beforeAll(async () => {
    await useWasmBackend();
    await installSimdKernels(simdBinary());
  });
  afterAll(() => {
    for (const params of loaded.values()) disposeAll(params);
    removeSimdKernels();
  });

  const paramsOf = (model: ShippedModel): Params => {
    const known = loaded.get(model.name) ?? toTensors(decodeSafetensors(bytesOf(model)).arrays);
    loaded.set(model.name, known);
    return known;
  };

  /** Mean squared error of x̂0 on digits no network was trained on, told their classes, from the same noise for all. */
  function errorAt(
    name: string,
    t: number,
    beside: { readonly turnedBy?: number; readonly k?: number; readonly captions?: readonly string[] } = {},
  ): number {
    const model = shippedModel(name);
    const { recipe } = model;
    const { imageSize: side, classes } = recipe.model;
    const schedule = makeSchedule(recipe.schedule);
    const { turnedBy = 0, k = 0, captions } = beside;
    const params = paramsOf(model); // outside the tidy, which would dispose of them
    return tf.tidy(() => {
      const pictures = shrink(digits.x0, 28, side);
      const shape: [number, number, number, number] = [count, side, side, 1];
      const x0 = tf.tensor4d(pictures, shape);
      const level = levelAt(schedule, t);
      const eps = tf.tensor4d(createRng(1, side).normals(x0.size), shape);
      const xt: tf.Tensor4D = tf.add(tf.mul(x0, Math.sqrt(level.alphaBar)), tf.mul(eps, Math.sqrt(1 - level.alphaBar)));
      const options = { params, config: recipe.model, schedule, predictionType: recipe.predictionType, guidanceScale: 1, clip: true }; // prettier-ignore
      const labels = Array.from(digits.labels, (label) => (classes === 0 ? null : label));
      const seen = recipe.lowResolution === null ? undefined : smallFor(pictures, side, recipe.lowResolution.side, turnedBy, k);
      const text = captions && toldText({ captions }, count);
      const denoise = makeDenoiser({
        ...options,
        labels,
        text,
        ...(seen ? { small: tf.tensor4d(seen, shape) } : {}),
        augmentation: k,
      });
      return tf.mean(tf.square(tf.sub(denoise(xt, level).x0, x0))).dataSync()[0] ?? NaN;
    });
  }

  /** What an upsampler looks at: its own pictures made smaller, or those of digits some places on. */
  function smallFor(pictures: Float32Array, side: number, to: number, turnedBy: number, k: number): Float32Array {
    const pixels = side * side;
    const turned = new Float32Array(pictures.length);
    for (let i = 0; i < count; i += 1)
      turned.set(pictures.subarray(i * pixels, (i + 1) * pixels), ((i + turnedBy) % count) * pixels);
    const schedule = makeSchedule(shippedModel('up-14-plain').recipe.schedule);
    return augment({ pixels: enlarge(shrink(turned, side, to), to, side), k, schedule, rng: createRng(2) });
  }

  test.each(['two', 'three', 'four', 'two-small'] as const satisfies readonly ExpertSetup[])(
    'each expert of %s does best on its own interval',
    (setup) => {
      const experts = expertsOf(setup);
      for (const [own, { interval }] of experts.entries()) {
        const t = Math.round((interval.from + interval.to) / 2);
        const errors = experts.map((_, i) => errorAt(`${setup}-${i + 1}`, t));
        expect(errors.indexOf(Math.min(...errors)), `t = ${t}: ${errors.map((error) => error.toFixed(4)).join(' ')}`).toBe(own);
      }
    },
  );

  test('the base gets better as it is trained, at each kept moment', () => {
    const errors = baseCheckpoints.map((steps) => errorAt(`base-7@${steps}`, 600));
    errors.slice(1).forEach((error, i) => expect(error, errors.join(' ')).toBeLessThan((errors[i] ?? NaN) * 1.02));
    expect(errors.at(-1)).toBeLessThan((errors[0] ?? NaN) * 0.9);
  });

  test.each(['up-14-plain', 'up-14-augmented', 'up-28-plain', 'up-28-augmented'] as const)(
    '%s believes the smaller picture: with another digit’s it is far off',
    (name) => {
      const [right, wrong] = [errorAt(name, 800), errorAt(name, 800, { turnedBy: 1 })];
      expect(wrong).toBeGreaterThan(3 * right);
    },
  );

  test.each([14, 28] as const)('with noise on the smaller picture, told of it, the augmented one is nearer: side %i', (side) => {
    const [plain, told] = [errorAt(`up-${side}-plain`, 800, { k: 3 }), errorAt(`up-${side}-augmented`, 800, { k: 3 })];
    expect(told).toBeLessThan(plain);
  });

  /** What is true of each digit, in words; and the same, each of another digit. */
  const captions = Array.from(digits.labels, (label, i) =>
    plainCaption(describeDigit(digits.x0.subarray(i * 784, (i + 1) * 784), label)),
  );
  const turned = captions.map((_, i) => captions[(i + 1) % captions.length] ?? '');

  test.each(captionCheckpoints.filter((steps) => steps >= 500))('after %i steps a true caption helps, and a false one misleads', (steps) => {
    const name = `caption@${steps}`;
    const [right, untold, wrong] = [errorAt(name, 800, { captions }), errorAt(name, 800), errorAt(name, 800, { captions: turned })];
    expect(right).toBeLessThan(0.9 * untold);
    expect(wrong).toBeGreaterThan(1.1 * untold);
  }); // prettier-ignore

  test('the network that reads gets better as it is trained', () => {
    const errors = captionCheckpoints.map((steps) => errorAt(`caption@${steps}`, 800, { captions }));
    errors.slice(1).forEach((error, i) => expect(error, errors.join(' ')).toBeLessThan((errors[i] ?? NaN) * 1.02));
  });

  test('without the timestep, a network for x0 is about as good as with it', () => {
    for (const t of [200, 500, 800]) {
      const ratio = errorAt('timeless-x0', t) / errorAt('time-x0', t);
      expect(ratio, `t = ${t}`).toBeGreaterThan(0.8);
      expect(ratio, `t = ${t}`).toBeLessThan(1.25);
    }
  });
});
