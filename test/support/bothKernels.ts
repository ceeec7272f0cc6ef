/** The same work without and with the SIMD kernels, on the WASM backend. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { NamedArrays } from '../../src/model/config';
import { installSimdKernels, removeSimdKernels } from '../../src/model/kernels/simd/install';
import { toArrays, type Params } from '../../src/model/tensors';
import { simdBinary } from './simdKernels';

/** Relative to the largest entry of each tensor: float32 sums in another order, and Winograd's few more roundings. */
const tolerance = 2e-5;

/** @returns what stock kernels gave, and what ours gave; ours stay installed */
export async function both(work: () => Params): Promise<readonly [stock: NamedArrays, simd: NamedArrays]> {
  removeSimdKernels();
  const stock = await collect(work);
  expect(await installSimdKernels(simdBinary())).toBe(true);
  return [stock, await collect(work)];
}

async function collect(work: () => Params): Promise<NamedArrays> {
  const before = tf.memory().numTensors;
  const result = tf.tidy(() => ({ ...work() }));
  const arrays = await toArrays(result);
  tf.dispose(result);
  expect(tf.memory().numTensors).toBe(before);
  return arrays;
}

export function expectClose(actual: NamedArrays, expected: NamedArrays): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [name, { data, shape }] of Object.entries(expected)) {
    const got = actual[name];
    expect(got?.shape, name).toEqual(shape);
    const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
    // One expectation a tensor: a network has a quarter of a million entries. What is no number is as far away as can be.
    const furthest = data.reduce((most, value, i) => {
      const apart = Math.abs((got?.data[i] ?? NaN) - value);
      return apart <= most ? most : Number.isNaN(apart) ? Infinity : apart;
    }, 0);
    expect(furthest / largest, name).toBeLessThan(tolerance);
  }
}
