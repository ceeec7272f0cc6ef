import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { disposeAll, parameter, toArrays, toTensors } from '../../src/model/tensors';
import { tensorOps } from '../../src/model/tensorOps';
import { float32Ops } from '../../src/diffusion/ops';
import { createRng } from '../../src/base/rng';
import { useCpuBackend } from '../support/cpuBackend';
import { expectError } from '../support/expectError';

beforeAll(useCpuBackend);

describe('named tensors', () => {
  const arrays = { a: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }, 'b.c': { shape: [1], data: Float32Array.of(-1) } };

  test('go to arrays and back, and none is left over', async () => {
    const before = tf.memory().numTensors;
    const params = toTensors(arrays);
    expect(await toArrays(params)).toEqual(arrays);
    disposeAll(params);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('own their numbers: changing the array afterwards changes nothing', async () => {
    const data = Float32Array.of(1, 2);
    const params = toTensors({ a: { shape: [2], data } });
    data[0] = 99;
    expect((await toArrays(params))['a']?.data).toEqual(Float32Array.of(1, 2));
    disposeAll(params);
  });

  test('a missing one is named', () => {
    expect(expectError(() => parameter({}, 'mid.0.norm.weight'), 'weights/format').message).toContain('mid.0.norm.weight');
  });
});

describe('the samplers’ arithmetic on tensors', () => {
  const rng = createRng(3);
  const [x, y, z] = [rng.normals(12), rng.normals(12), rng.normals(12)];
  const tensor = (data: Float32Array): tf.Tensor4D => tf.tensor4d(data, [1, 3, 2, 2]);

  test('agrees with arrays', () => {
    tf.tidy(() => {
      const terms = [[0.3, x], [-2, y], [1, z]] as const; // prettier-ignore
      const sum = tensorOps.lincomb(terms.map(([weight, data]) => [weight, tensor(data)] as const)).dataSync<'float32'>();
      const expected = float32Ops.lincomb(terms);
      sum.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i] ?? NaN, 6); // float32 sums in another order
      });
      expect(tensorOps.clamp(tensor(x), -0.5, 0.5).dataSync()).toEqual(float32Ops.clamp(x, -0.5, 0.5));
    });
  });

  test('one term, and its argument stays whole', () => {
    const given = tensor(x);
    const before = tf.memory().numTensors;
    const result = tensorOps.lincomb([[1, given]]);
    expect(tf.memory().numTensors).toBe(before + 1);
    result.dispose();
    expect(given.dataSync()).toEqual(x);
    given.dispose();
  });
});
