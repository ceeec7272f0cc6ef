import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { muonStep, orthogonalise } from '../../src/training/muon';
import { useCpuBackend } from '../support/cpuBackend';
import { largestDifference } from '../support/gradientCheck';
import type { Matrix } from '../support/plainMatrices';
import { combined, matrix, plainOrthogonalise, product, singularValues, transposed } from '../support/plainMatrices';

beforeAll(useCpuBackend);

/** The Gram matrix in float32 knows squares of singular values to 1e-7; five steep steps enlarge that a few hundred times. */
const tolerance = 1e-3;

function normalMatrix(name: string, rows: number, columns: number): Matrix {
  const rng = createRng(31, name);
  return matrix(rows, columns, () => rng.normal());
}

function toTensor(m: Matrix): tf.Tensor2D {
  return tf.tensor2d(m.map((row) => [...row]));
}

function toMatrix(t: tf.Tensor): Matrix {
  const [rows = 0, columns = 0] = t.shape;
  const data = t.dataSync();
  return matrix(rows, columns, (i, j) => data[i * columns + j] ?? NaN);
}

describe('orthogonalising', () => {
  test.each([
    [72, 8],
    [16, 16],
    [6, 20],
    [9, 1],
  ])('a %i×%i matrix agrees with Newton–Schulz written out', (rows, columns) => {
    tf.tidy(() => {
      const u = normalMatrix(`${rows}×${columns}`, rows, columns);
      expect(largestDifference(orthogonalise(toTensor(u)), plainOrthogonalise(u).flat())).toBeLessThan(tolerance);
    });
  });

  test('singular values over three decades end near 1', () => {
    tf.tidy(() => {
      // Columns of an orthogonal-ish random matrix scaled from 1 to 0.01, then mixed.
      const scales = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.01];
      const tall = normalMatrix('tall', 72, 8);
      const u = product(
        matrix(72, 8, (i, j) => (tall[i]?.[j] ?? NaN) * (scales[j] ?? NaN)),
        normalMatrix('mix', 8, 8),
      );
      const before = singularValues(u);
      expect(Math.max(...before) / Math.min(...before)).toBeGreaterThan(100);
      const after = singularValues(toMatrix(orthogonalise(toTensor(u))));
      // Jordan's coefficients leave [0.68, 1.13] where they converge; the smallest, 1e-3 of the norm, have come a long way.
      expect(Math.max(...after)).toBeLessThan(1.2);
      expect(Math.min(...after)).toBeGreaterThan(0.3);
      expect(after.filter((value) => value > 0.65).length).toBeGreaterThanOrEqual(6);
    });
  });

  test('does not care how long the matrix is, and nothing stays nothing', () => {
    tf.tidy(() => {
      const u = normalMatrix('scale', 12, 4);
      const small = orthogonalise(toTensor(combined([1e-3, u])));
      expect(largestDifference(small, toMatrix(orthogonalise(toTensor(u))).flat())).toBeLessThan(tolerance);
      expect(largestDifference(orthogonalise(tf.zeros([12, 4])), new Float32Array(48))).toBe(0);
    });
  });

  test('the test’s own singular values: of a diagonal matrix, and of its rotation', () => {
    const diagonal = matrix(3, 3, (i, j) => (i === j ? i + 1 : 0));
    const rotation = [[0.6, -0.8, 0], [0.8, 0.6, 0], [0, 0, 1]]; // prettier-ignore
    for (const m of [diagonal, product(rotation, diagonal), product(product(rotation, diagonal), transposed(rotation))]) {
      [...singularValues(m)].sort().forEach((value, i) => {
        expect(value).toBeCloseTo(i + 1, 8);
      });
    }
  });
});

describe('a step', () => {
  const rate = 0.02;
  const filter = (m: Matrix): tf.Tensor => tf.reshape(toTensor(m), [3, 3, 2, 4]); // [k, k, C_in, C_out] is [18, 4]
  const [w, g1, g2] = [normalMatrix('w', 18, 4), normalMatrix('g1', 18, 4), normalMatrix('g2', 18, 4)];

  test('looks ahead along the momentum (Nesterov), twice', () => {
    tf.tidy(() => {
      const first = muonStep({ value: filter(w), buffer: tf.zeros([3, 3, 2, 4]) }, filter(g1), tf.scalar(1), rate);
      // b = 0.1·g; u = 0.1·g + 0.9·b points along g.
      const b1 = combined([0.1, g1]);
      const w1 = combined([1, w], [-rate, plainOrthogonalise(g1)]);
      expect(largestDifference(first.buffer, b1.flat())).toBeLessThan(1e-6);
      expect(largestDifference(first.value, w1.flat())).toBeLessThan(rate * tolerance);
      // Then b = 0.9·b + 0.1·g₂ and u = 0.1·g₂ + 0.9·b.
      const second = muonStep(first, filter(g2), tf.scalar(1), rate);
      const b2 = combined([0.9, b1], [0.1, g2]);
      const w2 = combined([1, w1], [-rate, plainOrthogonalise(combined([0.1, g2], [0.9, b2]))]);
      expect(largestDifference(second.buffer, b2.flat())).toBeLessThan(1e-6);
      expect(largestDifference(second.value, w2.flat())).toBeLessThan(2 * rate * tolerance);
      expect(second.value.shape).toEqual([3, 3, 2, 4]);
    });
  });

  test('keeps its two results and nothing else', () => {
    const state = { value: filter(w), buffer: filter(g1) };
    const gradient = filter(g2);
    const clip = tf.scalar(1);
    const before = tf.memory().numTensors;
    const next = muonStep(state, gradient, clip, rate);
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose([clip, state.value, state.buffer, gradient, next.value, next.buffer]);
  });
});
