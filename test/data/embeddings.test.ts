import { expect, test } from 'vitest';
import { cosine, meanRow, normalised, projected, similarities } from '../../src/data/embeddings';
import { expectError } from '../support/expectError';

test('rows are brought to length 1, and one without length stays as it is', () => {
  const rows = normalised(Float32Array.of(3, 4, 0, 0, 0, -2), 2);
  expect([...rows].map((value) => Number(value.toFixed(5)))).toEqual([0.6, 0.8, 0, 0, 0, -1]);
});

test('every row of one list is held against every row of the other', () => {
  const [a, b] = [Float32Array.of(1, 0, 0, 1), Float32Array.of(0.6, 0.8, 1, 0, 0, -1)];
  expect([...similarities(a, b, 2)].map((value) => Number(value.toFixed(5)))).toEqual([0.6, 1, 0, 0.8, 0, -1]);
});

test('the mean of rows, and cosines of any two arrows', () => {
  expect([...meanRow(Float32Array.of(1, 2, 3, 6), 2)]).toEqual([2, 4]);
  expect(cosine(Float32Array.of(2, 0), Float32Array.of(1, 1))).toBeCloseTo(Math.SQRT1_2, 6);
  expect(cosine(Float32Array.of(0, 0), Float32Array.of(1, 1))).toBe(0);
});

test('places in a plane are distances from the mean along its axes', () => {
  const plane = { mean: [1, 1, 1], axes: [[1, 0, 0], [0, 0, -1]] } as const; // prettier-ignore
  expect(projected(Float32Array.of(3, 9, 0, 1, 1, 1), plane)).toEqual([
    [2, 1],
    [0, 0],
  ]);
});

test('numbers that are no rows are refused', () => {
  expectError(() => normalised(new Float32Array(5), 2), 'shape');
  expectError(() => similarities(new Float32Array(4), new Float32Array(3), 2), 'shape');
});
