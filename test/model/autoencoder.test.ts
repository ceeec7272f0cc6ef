/** The autoencoder against loops over arrays, its gradients against slopes, and what its objective adds up. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { decode, encode } from '../../src/model/autoencoder';
import {
  autoencoderFlops,
  autoencoderParameterCount,
  autoencoderParameters,
  latentNumbers,
  latentShape,
  type AutoencoderConfig,
} from '../../src/model/autoencoderConfig';
import type { NamedArrays } from '../../src/model/config';
import { initialiseParameters } from '../../src/model/initialise';
import { unflatten, flatten } from '../../src/model/kernels/flatten';
import { drawGaussian, klToStandard } from '../../src/model/kernels/gaussian';
import { toTensors } from '../../src/model/tensors';
import { autoencoderBatch, autoencoderObjective, distortionAndRate } from '../../src/training/autoencoder';
import { partAutoencoders, shippedAutoencoder, shippedAutoencoders } from '../../src/training/shippedAutoencoders';
import { useCpuBackend } from '../support/cpuBackend';
import { expectError } from '../support/expectError';
import { expectTrueGradient, largestDifference, normalTensor } from '../support/gradientCheck';
import { plainDecode, plainEncode, plainGaussian } from '../support/plainAutoencoder';
import { plain, plainParams, type PlainParams } from '../support/plainLayers';

beforeAll(useCpuBackend);

const grid: AutoencoderConfig = { imageSize: 8, widths: [4, 6], latent: { kind: 'grid', channels: 3 } };
const point: AutoencoderConfig = { imageSize: 8, widths: [4, 6], latent: { kind: 'point', numbers: 2 } };
const small = [
  ['grid', grid],
  ['point', point],
] as const;
const tolerance = 1e-5;
const batch = 2;

const weightsOf = (config: AutoencoderConfig): NamedArrays => initialiseParameters(autoencoderParameters(config), createRng(3));
const pictures = (config: AutoencoderConfig): tf.Tensor4D =>
  normalTensor<tf.Rank.R4>(createRng(4), [batch, config.imageSize, config.imageSize, 1]);

describe.each(small)('a %s', (_, config) => {
  test('encodes and decodes as the plain loops do', () => {
    const weights = weightsOf(config);
    const { side, channels } = latentShape(config);
    tf.tidy(() => {
      const x = pictures(config);
      const moments = encode(toTensors(weights), config, x);
      expect(moments.shape).toEqual([batch, side, side, 2 * channels]);
      expect(
        largestDifference(moments, plainEncode(plainParams(weights), config, plain(x.shape, x.dataSync())).data),
      ).toBeLessThan(tolerance);
      const z = normalTensor<tf.Rank.R4>(createRng(5), [batch, side, side, channels]);
      const back = decode(toTensors(weights), config, z);
      expect(back.shape).toEqual(x.shape);
      expect(largestDifference(back, plainDecode(plainParams(weights), config, plain(z.shape, z.dataSync())).data)).toBeLessThan(
        tolerance,
      );
    });
  });

  test('has gradients that are the slopes of the plain loss, for every parameter', () => {
    const weights = weightsOf(config);
    const recipe = { config, beta: 0.7, batchSize: batch };
    const prepared = autoencoderBatch(createRng(6).normals(batch * config.imageSize ** 2), recipe, 1, 1);
    const { x0, eps } = prepared;
    const lossOf = (p: PlainParams): number => {
      const { z, kl } = plainGaussian(plainEncode(p, config, plain([batch, config.imageSize, config.imageSize, 1], x0)), eps);
      const back = plainDecode(p, config, z).data;
      const mse = back.reduce((sum, value, i) => sum + (value - (x0[i] ?? NaN)) ** 2, 0) / x0.length;
      return mse + (recipe.beta * kl.reduce((sum, each) => sum + each, 0)) / batch / latentNumbers(config);
    };
    const objective = autoencoderObjective(recipe);
    const rng = createRng(7);
    /** Double precision. */
    const half = 1e-5;
    tf.tidy(() => {
      const params = toTensors(weights);
      const names = Object.keys(params);
      const f = (...values: tf.Tensor[]): tf.Scalar =>
        objective.loss(Object.fromEntries(names.map((name, i) => [name, values[i] ?? tf.scalar(NaN)])), prepared).loss;
      expect(f(...Object.values(params)).dataSync()[0]).toBeCloseTo(lossOf(plainParams(weights)), 4);
      const gradients = tf.grads(f)(Object.values(params));
      names.forEach((name, which) => {
        const gradient = gradients[which]?.dataSync() ?? [];
        for (const entry of rng.permutation(gradient.length).subarray(0, 6)) {
          const moved = (by: number): number => {
            const changed = plainParams(weights);
            const data = changed[name]?.data;
            if (data) data[entry] = (data[entry] ?? NaN) + by;
            return lossOf(changed);
          };
          expect(gradient[entry], `${name}, entry ${entry}`).toBeCloseTo((moved(half) - moved(-half)) / (2 * half), 4);
        }
      });
    });
  });

  test('refuses what does not fit it', () => {
    const params = toTensors(weightsOf(config));
    tf.tidy(() => {
      expect(expectError(() => encode(params, config, tf.zeros([1, 4, 4, 1])), 'shape').message).toContain('8×8×1');
      expectError(() => decode(params, config, tf.zeros([1, 3, 3, 3])), 'shape');
    });
    tf.dispose({ ...params });
  });
});

describe('a distribution for every number', () => {
  const rng = createRng(8);
  const shape = [3, 2, 2, 4] as const;

  test('is drawn from, and measured, as the formulas say', () => {
    tf.tidy(() => {
      const moments = normalTensor<tf.Rank.R4>(rng, [...shape]);
      const eps = normalTensor<tf.Rank.R4>(rng, [3, 2, 2, 2]);
      const expected = plainGaussian(plain(shape, moments.dataSync()), eps.dataSync());
      expect(largestDifference(drawGaussian(moments, eps), expected.z.data)).toBeLessThan(tolerance);
      expect(largestDifference(klToStandard(moments), expected.kl)).toBeLessThan(1e-4);
      expect(klToStandard(tf.zeros([1, 2, 2, 4])).dataSync()[0]).toBe(0); // the standard normal itself
    });
  });

  test('has the gradients that it should', () => {
    const eps = normalTensor<tf.Rank.R4>(rng, [3, 2, 2, 2]);
    const at = (inputs: tf.Tensor[]): tf.Tensor4D => inputs[0] as tf.Tensor4D;
    expectTrueGradient((inputs) => drawGaussian(at(inputs), eps), [normalTensor(rng, [...shape])], rng);
    expectTrueGradient((inputs) => klToStandard(at(inputs)), [normalTensor(rng, [...shape])], rng);
    expectTrueGradient((inputs) => unflatten(flatten(at(inputs)), 2), [normalTensor(rng, [...shape])], rng);
    eps.dispose();
  });
});

test('no tensor is left behind', () => {
  const params = toTensors(weightsOf(grid));
  const x = pictures(grid);
  const before = tf.memory().numTensors;
  const moments = encode(params, grid, x);
  const back = decode(
    params,
    grid,
    tf.tidy(() => tf.zeros([batch, 2, 2, 3])),
  );
  expect(tf.memory().numTensors).toBe(before + 3); // the two, and the zeros that are ours
  tf.dispose([moments, back]);
});

test('errors are told apart: of each picture the distortion, then the rate', () => {
  expect(distortionAndRate(Float32Array.of(0.1, 0.3, 20, 40))).toEqual({ mse: expect.closeTo(0.2, 6) as number, kl: 30 });
});

test('those that ship have the sizes that are said', () => {
  const { config } = partAutoencoders.autoencoder;
  expect(latentNumbers(config)).toBe(98);
  expect(autoencoderParameterCount(config)).toBe(93_224);
  expect(autoencoderFlops(config, 'encode') + autoencoderFlops(config, 'decode')).toBe(
    2 * (196 * (9 * 4 * 32 + 9 * 32 * 4) + 49 * (4 * 32 * 64 + 2 * 9 * 64 * 64 + 64 * 4 + 2 * 64 + 64 * 128)),
  );
  expect(latentNumbers(partAutoencoders['autoencoder-point'].config)).toBe(2);
  expect(new Set(shippedAutoencoders.map(({ path }) => path)).size).toBe(shippedAutoencoders.length);
  expect(expectError(() => shippedAutoencoder('ae-9'), 'range').message).toContain('ae-9');
});
