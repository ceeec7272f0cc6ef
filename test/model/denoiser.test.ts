import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { targetFor } from '../../src/diffusion/parameterization';
import { levelAt, makeSchedule } from '../../src/diffusion/schedule';
import type { NoiseLevel, PredictionType } from '../../src/diffusion/types';
import type { UNetConfig } from '../../src/model/config';
import type { DenoiserOptions } from '../../src/model/denoiser';
import { evaluationsPerCall, makeDenoiser } from '../../src/model/denoiser';
import { elements, parametersOf } from '../../src/model/parameters';
import { tensorOps } from '../../src/model/tensorOps';
import type { Params } from '../../src/model/tensors';
import { toTensors } from '../../src/model/tensors';
import { unet } from '../../src/model/unet';
import { useCpuBackend } from '../support/cpuBackend';
import { expectError } from '../support/expectError';
import { largestDifference, normalTensor } from '../support/gradientCheck';

const config: UNetConfig = {
  imageSize: 8,
  channels: 1,
  stem: 'unshuffle',
  widths: [8, 8],
  norm: 'rms',
  attention: false,
  innerBlocks: 2,
  classes: 3,
  conditionChannels: 0,
  augmentationLevels: 0,
  text: null,
  vectorFeatures: 0,
  time: true,
  timeFeatures: 8,
  embedding: 8,
};
const schedule = makeSchedule({ kind: 'cosine', T: 100, betaStart: 1e-4, betaEnd: 0.02, zeroTerminalSnr: false });
const level = levelAt(schedule, 60);
/** float32 through some fifteen layers with values near 1. */
const tolerance = 1e-5;

let params: Params;
let x: tf.Tensor4D;
let options: DenoiserOptions;

beforeAll(async () => {
  await useCpuBackend();
  const rng = createRng(4);
  params = toTensors(
    Object.fromEntries(
      parametersOf(config).map(({ name, shape }) => [
        name,
        { shape, data: rng.normals(elements(shape)).map((value) => 0.3 * value) },
      ]),
    ),
  );
  x = normalTensor<tf.Rank.R4>(rng, [2, 8, 8, 1]);
  options = { params, config, schedule, predictionType: 'x0', labels: [0, 2], guidanceScale: 1, clip: false };
});

/** What the network itself says. */
function network(picture: tf.Tensor4D, at: NoiseLevel, labels: number[]): tf.Tensor4D {
  return unet(params, config, picture, tf.fill([labels.length], at.t), schedule.T, { labels: Int32Array.from(labels) });
}

function expectClose(actual: tf.Tensor, expected: tf.Tensor, within = tolerance): void {
  expect(actual.shape).toEqual(expected.shape);
  expect(largestDifference(actual, expected.dataSync<'float32'>())).toBeLessThan(within);
}

describe('without guidance', () => {
  test.each(['x0', 'epsilon', 'v'] as const)(
    'an %s network’s answer is put back together from x̂0 and ε̂',
    (predictionType: PredictionType) => {
      tf.tidy(() => {
        const { x0, eps } = makeDenoiser({ ...options, predictionType })(x, level);
        expectClose(targetFor({ type: predictionType, x0, eps, level, ops: tensorOps }), network(x, level, [0, 2]));
        // and together they are xt
        expectClose(tensorOps.lincomb([[Math.sqrt(level.alphaBar), x0], [Math.sqrt(1 - level.alphaBar), eps]]), x); // prettier-ignore
      });
    },
  );

  test('null labels are "not told"', () => {
    tf.tidy(() => {
      expectClose(makeDenoiser({ ...options, labels: [null, 1] })(x, level).x0, network(x, level, [3, 1]));
    });
  });

  test('a batch of two is two batches of one', () => {
    tf.tidy(() => {
      for (const guidanceScale of [1, 2]) {
        const together = makeDenoiser({ ...options, guidanceScale })(x, level);
        [0, 1].forEach((i) => {
          const alone = makeDenoiser({ ...options, guidanceScale, labels: [options.labels[i] ?? null] })(
            tf.slice4d(x, [i, 0, 0, 0], [1, 8, 8, 1]),
            level,
          );
          expectClose(tf.slice4d(together.x0, [i, 0, 0, 0], [1, 8, 8, 1]), alone.x0);
          expectClose(tf.slice4d(together.eps, [i, 0, 0, 0], [1, 8, 8, 1]), alone.eps);
        });
      }
    });
  });
});

describe('with guidance', () => {
  test('scale 1 is the conditional answer, 0 the unconditional one, and in between it is linear', () => {
    tf.tidy(() => {
      const conditional = makeDenoiser(options)(x, level);
      const unconditional = makeDenoiser({ ...options, labels: [null, null] })(x, level);
      expectClose(makeDenoiser({ ...options, guidanceScale: 0 })(x, level).x0, unconditional.x0);
      expectClose(makeDenoiser({ ...options, guidanceScale: 1 + 1e-9 })(x, level).x0, conditional.x0);
      for (const predictionType of ['x0', 'epsilon', 'v'] as const) {
        const plain = makeDenoiser({ ...options, predictionType })(x, level);
        const untold = makeDenoiser({ ...options, predictionType, labels: [null, null] })(x, level);
        const guided = makeDenoiser({ ...options, predictionType, guidanceScale: 2.5 })(x, level);
        const scale = Math.max(...guided.x0.dataSync<'float32'>().map(Math.abs), 1);
        expectClose(guided.x0, tensorOps.lincomb([[2.5, plain.x0], [-1.5, untold.x0]]), 10 * tolerance * scale); // prettier-ignore
        expectClose(guided.eps, tensorOps.lincomb([[2.5, plain.eps], [-1.5, untold.eps]]), 10 * tolerance * scale); // prettier-ignore
      }
      expect(largestDifference(conditional.x0, unconditional.x0.dataSync<'float32'>())).toBeGreaterThan(1e-2);
    });
  });

  test('pictures without a label are not guided', () => {
    tf.tidy(() => {
      const mixed = makeDenoiser({ ...options, labels: [1, null], guidanceScale: 3 })(x, level);
      const plain = makeDenoiser({ ...options, labels: [null, null] })(x, level);
      expectClose(tf.slice4d(mixed.x0, [1, 0, 0, 0], [1, 8, 8, 1]), tf.slice4d(plain.x0, [1, 0, 0, 0], [1, 8, 8, 1]));
    });
  });

  test('a guided call counts as two evaluations, and only then', () => {
    expect(evaluationsPerCall({ ...options, guidanceScale: 1 })).toBe(1);
    expect(evaluationsPerCall({ ...options, guidanceScale: 2 })).toBe(2);
    expect(evaluationsPerCall({ ...options, guidanceScale: 2, labels: [null, null] })).toBe(1);
    expect(evaluationsPerCall({ ...options, guidanceScale: 2, config: { ...config, classes: 0 } })).toBe(1);
  });
});

test('clipping limits x̂0 and derives ε̂ from the limited one', () => {
  tf.tidy(() => {
    const { x0, eps } = makeDenoiser({ ...options, guidanceScale: 20, clip: true })(x, level);
    const free = makeDenoiser({ ...options, guidanceScale: 20 })(x, level);
    expect(Math.max(...free.x0.dataSync<'float32'>().map(Math.abs))).toBeGreaterThan(1.2);
    expect(Math.max(...x0.dataSync<'float32'>().map(Math.abs))).toBe(1);
    expectClose(x0, tf.clipByValue(free.x0, -1, 1));
    expectClose(tensorOps.lincomb([[Math.sqrt(level.alphaBar), x0], [Math.sqrt(1 - level.alphaBar), eps]]), x); // prettier-ignore
  });
});

test('a call leaves its two results and nothing else', () => {
  for (const guidanceScale of [1, 2]) {
    const denoise = makeDenoiser({ ...options, guidanceScale, clip: true });
    const before = tf.memory().numTensors;
    const { x0, eps } = denoise(x, level);
    expect(tf.memory().numTensors).toBe(before + 2);
    x0.dispose();
    eps.dispose();
  }
});

test('classes that the network does not know, and labels that are too few, are refused', () => {
  expectError(() => makeDenoiser({ ...options, labels: [0, 3] }), 'range');
  expectError(() => makeDenoiser({ ...options, labels: [0.5, 1] }), 'range');
  expect(expectError(() => makeDenoiser({ ...options, config: { ...config, classes: 0 } }), 'range').message).toContain(
    'without classes',
  );
  tf.tidy(() => {
    expectError(() => makeDenoiser({ ...options, labels: [0] })(x, level), 'shape');
  });
});

describe('an upsampler', () => {
  const upConfig: UNetConfig = { ...config, conditionChannels: 1, augmentationLevels: 4 };
  let up: DenoiserOptions;
  let small: tf.Tensor4D;

  beforeAll(() => {
    const rng = createRng(8);
    const weights = parametersOf(upConfig).map(({ name, shape }) => [name, { shape, data: rng.normals(elements(shape)).map((value) => 0.3 * value) }]); // prettier-ignore
    small = normalTensor<tf.Rank.R4>(rng, [2, 8, 8, 1]);
    up = { ...options, params: toTensors(Object.fromEntries(weights)), config: upConfig, small, augmentation: 2 };
  });

  const told = (labels: number[], picture: tf.Tensor4D, augmentation: number): tf.Tensor4D =>
    unet(up.params, upConfig, x, tf.fill([2], level.t), schedule.T, {
      labels: Int32Array.from(labels),
      small: picture,
      augmentation: Int32Array.of(augmentation, augmentation),
    });

  test('sees its smaller picture and is told one level for all, clean where nothing is said', () => {
    tf.tidy(() => {
      expectClose(makeDenoiser(up)(x, level).x0, told([0, 2], small, 2));
      expectClose(makeDenoiser({ ...up, augmentation: undefined })(x, level).x0, told([0, 2], small, 0));
      expect(largestDifference(told([0, 2], small, 2), told([0, 2], small, 0).dataSync<'float32'>())).toBeGreaterThan(1e-2);
      expect(largestDifference(told([0, 2], small, 2), told([0, 2], tf.zerosLike(small), 2).dataSync<'float32'>())).toBeGreaterThan(1e-2); // prettier-ignore
    });
  });

  test('guided, sees it and its level in both answers: only the class is hidden', () => {
    tf.tidy(() => {
      const expected = tensorOps.lincomb([[2.5, told([0, 2], small, 2)], [-1.5, told([3, 3], small, 2)]]); // prettier-ignore
      const scale = Math.max(...expected.dataSync<'float32'>().map(Math.abs), 1);
      expectClose(makeDenoiser({ ...up, guidanceScale: 2.5 })(x, level).x0, expected, 10 * tolerance * scale);
    });
  });

  test('leaves its two results, and the smaller picture as it was', () => {
    const values = small.dataSync<'float32'>().slice();
    for (const guidanceScale of [1, 2]) {
      const before = tf.memory().numTensors;
      const { x0, eps } = makeDenoiser({ ...up, guidanceScale })(x, level);
      expect(tf.memory().numTensors).toBe(before + 2);
      tf.dispose([x0, eps]);
    }
    expect(small.isDisposed).toBe(false);
    expect(small.dataSync()).toEqual(values);
  });

  test('without its picture, with one of another size, or at a level that there is not, says what is wrong', () => {
    tf.tidy(() => {
      expect(expectError(() => makeDenoiser({ ...up, small: undefined })(x, level), 'shape').message).toContain(
        'needs a smaller picture',
      );
      expectError(() => makeDenoiser({ ...up, small: tf.zeros([2, 4, 4, 1]) })(x, level), 'shape');
      expectError(() => makeDenoiser({ ...up, augmentation: 4 })(x, level), 'range');
      expect(expectError(() => makeDenoiser({ ...options, small })(x, level), 'shape').message).toContain('does not look at');
    });
  });
});
