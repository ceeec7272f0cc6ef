/** The parts of unCLIP: what they compute is what plain loops compute, and their gradients are the slopes. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { makeSchedule } from '../../src/diffusion/schedule';
import { condition } from '../../src/model/condition';
import type { NamedArrays, UNetConfig } from '../../src/model/config';
import { embedImages, embedTokens } from '../../src/model/contrastive';
import { contrastiveFlops, contrastiveParameters, type ContrastiveConfig } from '../../src/model/contrastiveConfig';
import { initialiseParameters } from '../../src/model/initialise';
import { pairSurprise } from '../../src/model/kernels/pairSurprise';
import { unitRows } from '../../src/model/kernels/unitRows';
import { elements, parametersOf, type ParameterSpec } from '../../src/model/parameters';
import { makePriorDenoiser, prior } from '../../src/model/prior';
import { priorFlops, priorParameters, type PriorConfig } from '../../src/model/priorConfig';
import { toTensors } from '../../src/model/tensors';
import { contrastiveConfig } from '../../src/training/contrastiveSettings';
import { decoderRecipe } from '../../src/training/decoderRecipes';
import { priorConfig, priorSchedule } from '../../src/training/priorSettings';
import { useCpuBackend } from '../support/cpuBackend';
import { expectError } from '../support/expectError';
import { expectTrueGradient, largestDifference, normalTensor } from '../support/gradientCheck';
import { plain, plainParams } from '../support/plainLayers';
import { plainEmbedImages, plainEmbedTokens, plainPairSurprise, plainPrior } from '../support/plainUnclip';

beforeAll(useCpuBackend);

const tolerance = 1e-4;
const text = { words: 11, places: 4, width: 8, layers: 1, heads: 2, hidden: 6, crossHeads: 2 };
const small: ContrastiveConfig = { imageSize: 8, widths: [4, 8], blocks: 2, text, features: 6 };
const tokens = Int32Array.of(3, 1, 10, 0, /**/ 0, 0, 0, 0, /**/ 7, 0, 0, 0);
const captions = [[3, 1, 10, 0], [0, 0, 0, 0], [7, 0, 0, 0]]; // prettier-ignore
const smallPrior: PriorConfig = { features: 5, width: 8, blocks: 2, timeFeatures: 6 };

/** No parameter is zero: what starts at nothing would hide a mistake. */
function randomWeights(specs: readonly ParameterSpec[]): NamedArrays {
  const lively = specs.map((spec): ParameterSpec => ({ ...spec, start: { kind: 'uniform', fanIn: 4 } }));
  return initialiseParameters(lively, createRng(5));
}

function input<R extends tf.Rank>(inputs: readonly tf.Tensor[], i: number): tf.Tensor<R> {
  const found = inputs[i];
  if (found === undefined) throw new Error(`no input ${i}`);
  return found as tf.Tensor<R>; // the shapes stand beside it
}

/** Through all parameters of a list, which become the inputs of the check. */
function checkParameters(specs: readonly ParameterSpec[], f: (params: Record<string, tf.Tensor>) => tf.Tensor): void {
  tf.tidy(() => {
    const arrays = randomWeights(specs);
    const names = specs.map(({ name }) => name);
    const values = names.map((name) => tf.tensor(arrays[name]?.data ?? [], [...(arrays[name]?.shape ?? [])]));
    expectTrueGradient((inputs) => f(Object.fromEntries(names.map((name, i) => [name, input(inputs, i)]))), values, createRng(6));
  });
}

describe('gradients', () => {
  test('of unit rows', () => {
    tf.tidy(() => expectTrueGradient((x) => unitRows(input(x, 0)), [normalTensor(createRng(1), [3, 5])], createRng(2)));
  });

  test.each([0.3, 1.2])('of the contrastive loss, through both embeddings and the sharpness, at log s = %d', (log) => {
    const sharpness = { start: 0.5, most: 2 };
    tf.tidy(() => {
      const rng = createRng(3);
      const inputs = [normalTensor(rng, [4, 3]), normalTensor(rng, [4, 3]), tf.tensor1d([log])];
      expectTrueGradient((x) => pairSurprise(input(x, 0), input(x, 1), { log: input(x, 2), ...sharpness }), inputs, createRng(4));
    });
  });

  test('of the contrastive loss beyond the sharpest: no slope there', () => {
    tf.tidy(() => {
      const rng = createRng(3);
      const [images, texts]: [tf.Tensor2D, tf.Tensor2D] = [normalTensor(rng, [4, 3]), normalTensor(rng, [4, 3])];
      const slope = tf.grad((log) => pairSurprise(images, texts, { log, start: 1, most: 2 }))(tf.tensor1d([1.5]));
      expect(slope.dataSync()[0]).toBe(0);
    });
  });

  test('of the encoder of pictures, through every parameter', () => {
    tf.tidy(() => {
      const x = normalTensor<tf.Rank.R4>(createRng(7), [2, 8, 8, 1]);
      const own = contrastiveParameters(small).filter(({ name }) => name.startsWith('image.'));
      checkParameters(own, (params) => embedImages(params, small, x));
    });
  });

  test('of the encoder of captions, through every parameter', () => {
    const own = contrastiveParameters(small).filter(({ name }) => name.startsWith('text.') || name.startsWith('caption.'));
    checkParameters(own, (params) => embedTokens(params, small, tokens));
  });

  test('of the prior, through every parameter', () => {
    tf.tidy(() => {
      const [x, told] = [normalTensor<tf.Rank.R2>(createRng(8), [2, 5]), normalTensor<tf.Rank.R2>(createRng(9), [2, 5])];
      checkParameters(priorParameters(smallPrior), (params) => prior(params, smallPrior, x, tf.tensor1d([4, 90]), 100, told));
    });
  });

  test('of what a decoder is told', () => {
    const config: UNetConfig = { ...decoderRecipe.model, vectorFeatures: 4, embedding: 6, timeFeatures: 6 };
    const own = parametersOf(config).filter(({ name }) => name.startsWith('vector.') || name.startsWith('time.'));
    expect(own).toHaveLength(4);
    tf.tidy(() => {
      const vector = normalTensor<tf.Rank.R2>(createRng(10), [2, 4], 0.5);
      checkParameters(own, (params) => condition(params, config, tf.tensor1d([3, 70]), 100, { labels: null, vector }));
    });
  });
});

describe('against plain loops', () => {
  test('the encoder of pictures', () => {
    tf.tidy(() => {
      const arrays = randomWeights(contrastiveParameters(small));
      const data = createRng(11).normals(3 * 64);
      const actual = embedImages(toTensors(arrays), small, tf.tensor4d(data, [3, 8, 8, 1]));
      const expected = plainEmbedImages(plainParams(arrays), small, plain([3, 8, 8, 1], data));
      expect(largestDifference(actual, expected.flat())).toBeLessThan(tolerance);
    });
  });

  test('the encoder of captions, an empty one among them', () => {
    tf.tidy(() => {
      const arrays = randomWeights(contrastiveParameters(small));
      const actual = embedTokens(toTensors(arrays), small, tokens);
      const expected = plainEmbedTokens(plainParams(arrays), small, captions);
      expect(largestDifference(actual, expected.flat())).toBeLessThan(tolerance);
      for (const row of expected) expect(Math.hypot(...row)).toBeCloseTo(1, 6);
    });
  });

  test('the contrastive loss', () => {
    tf.tidy(() => {
      const rng = createRng(12);
      const [images, texts]: [tf.Tensor2D, tf.Tensor2D] = [normalTensor(rng, [5, 3]), normalTensor(rng, [5, 3])];
      const actual = pairSurprise(images, texts, { log: tf.tensor1d([0.4]), start: 0.3, most: 9 });
      const expected = plainPairSurprise(images.arraySync(), texts.arraySync(), Math.exp(0.7));
      expect(largestDifference(actual, expected)).toBeLessThan(tolerance);
    });
  });

  test('the prior', () => {
    tf.tidy(() => {
      const arrays = randomWeights(priorParameters(smallPrior));
      const [x, told] = [createRng(13).normals(10), createRng(14).normals(10)];
      const actual = prior(
        toTensors(arrays),
        smallPrior,
        tf.tensor2d(x, [2, 5]),
        tf.tensor1d([4, 90]),
        100,
        tf.tensor2d(told, [2, 5]),
      );
      const expected = plainPrior(plainParams(arrays), smallPrior, plain([2, 5], x), [4, 90], 100, plain([2, 5], told));
      expect(largestDifference(actual, expected.data)).toBeLessThan(tolerance);
    });
  });
});

describe('the contrastive loss', () => {
  test('is ln B where nothing is known, and nearly nothing where every pair is far from all others', () => {
    tf.tidy(() => {
      const alike: tf.Tensor2D = tf.ones([8, 4]);
      const sharp = { log: tf.tensor1d([3]), start: 0, most: 9 };
      expect(largestDifference(pairSurprise(alike, alike, sharp), new Array<number>(8).fill(Math.log(8)))).toBeLessThan(1e-5);
      const apart: tf.Tensor2D = tf.eye(8);
      expect(Math.max(...pairSurprise(apart, apart, sharp).dataSync())).toBeLessThan(1e-6);
    });
  });

  test('does not overflow for large similarities, and refuses what is no pair', () => {
    tf.tidy(() => {
      const large: tf.Tensor2D = tf.mul(tf.eye(3), 100);
      const sharp = { log: tf.tensor1d([0]), start: Math.log(100), most: Math.log(100) };
      expect([...pairSurprise(large, large, sharp).dataSync()].every(Number.isFinite)).toBe(true);
      expectError(() => pairSurprise(large, tf.zeros([2, 3]), sharp), 'shape');
    });
  });
});

describe('what ships', () => {
  const count = (specs: readonly ParameterSpec[]): number => specs.reduce((total, { shape }) => total + elements(shape), 0);

  test('has the sizes that the recipe names', () => {
    expect(count(contrastiveParameters(contrastiveConfig))).toBe(255_873);
    expect(count(priorParameters(priorConfig))).toBe(437_280);
    expect(count(parametersOf(decoderRecipe.model))).toBe(259_684);
    expect(contrastiveFlops(contrastiveConfig)).toBeGreaterThan(8e6);
    expect(priorFlops(priorConfig)).toBe(2 * (32 * 256 + 64 * 256 + 32 * 256 + 6 * 256 * 256 + 256 * 32));
  });
});

describe('guidance in the prior', () => {
  const schedule = makeSchedule(priorSchedule);
  const ask = (guidanceScale: number, told: readonly number[]): Float32Array =>
    tf.tidy(() => {
      const params = toTensors(randomWeights(priorParameters(smallPrior)));
      const captions = tf.tensor2d([...told], [2, 5]);
      const denoise = makePriorDenoiser({ params, config: smallPrior, schedule, captions, guidanceScale });
      const x: tf.Tensor4D = tf.tensor4d(createRng(15).normals(10), [2, 1, 1, 5]);
      return denoise(x, { t: 500, alphaBar: schedule.alphasCumprod[500] ?? NaN })
        .x0.dataSync<'float32'>()
        .slice();
    });
  const told = [...createRng(16).normals(10)];

  test('goes from what is told nothing through what is told, and past it', () => {
    const [nothing, plainly, twice] = [ask(1, new Array<number>(10).fill(0)), ask(1, told), ask(2, told)];
    twice.forEach((value, i) => expect(value).toBeCloseTo(2 * (plainly[i] ?? NaN) - (nothing[i] ?? NaN), 4));
    expect(largestOf(twice, plainly)).toBeGreaterThan(0.01);
  });

  test('changes nothing where nothing is told, and leaves no tensor', () => {
    const before = tf.memory().numTensors;
    const nothing = new Array<number>(10).fill(0);
    expect(largestOf(ask(3, nothing), ask(1, nothing))).toBeLessThan(1e-5);
    expect(tf.memory().numTensors).toBe(before);
  });
});

function largestOf(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b[i] ?? NaN))), 0);
}

test('an embedding of another length is refused', () => {
  tf.tidy(() => {
    const config = decoderRecipe.model;
    const params = toTensors(randomWeights(parametersOf(config)));
    expectError(() => condition(params, config, tf.tensor1d([1]), 1000, { labels: null, vector: tf.zeros([1, 31]) }), 'shape');
    expectError(() => condition(params, config, tf.tensor1d([1]), 1000, { labels: null, vector: tf.zeros([2, 32]) }), 'shape');
    const nothing = condition(params, config, tf.tensor1d([1]), 1000, { labels: null }).dataSync();
    const zeros = condition(params, config, tf.tensor1d([1]), 1000, { labels: null, vector: tf.zeros([1, 32]) }).dataSync();
    expect(zeros).toEqual(nothing);
  });
});
