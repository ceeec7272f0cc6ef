import { expect, test } from 'vitest';
import { accuracy, classBalance, confidence, judgedClasses, midInk, variety } from '../../src/evaluation/metrics';
import { expectError } from '../support/expectError';

const three = Float32Array.of(0.95, 0.03, 0.02, 0.1, 0.3, 0.6, 0.05, 0.91, 0.04);

test('the most probable class', () => {
  expect(judgedClasses(three, 3)).toEqual(Uint8Array.of(0, 2, 1));
  expectError(() => judgedClasses(three, 2), 'shape');
});

test('confidence is the share above 0.9', () => {
  expect(confidence(three, 3)).toBeCloseTo(2 / 3);
  expect(confidence(Float32Array.of(0.5, 0.5), 2)).toBe(0);
});

test('accuracy is the share judged to be what was asked for', () => {
  expect(accuracy([3, 1, 4, 1], [3, 1, 4, 5])).toBe(0.75);
  expectError(() => accuracy([3, 1], [3]), 'shape');
});

test('class balance is ln 10 for ten equal classes and 0 for one', () => {
  expect(classBalance([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 10)).toBeCloseTo(Math.log(10), 12);
  expect(classBalance([7, 7, 7], 10)).toBe(0);
  // Half, a quarter, a quarter: ½ ln 2 + ½ ln 4.
  expect(classBalance([0, 0, 1, 2], 10)).toBeCloseTo(1.5 * Math.log(2), 12);
});

test('mid/ink counts grey pixels over inked ones', () => {
  // Grey: 0.5, −0.2; inked: 0.5, 0.9, 1.
  expect(midInk(Float32Array.of(-1, -0.7, -0.2, 0.5, 0.9, 1))).toBeCloseTo(2 / 3);
  expect(midInk(Float32Array.of(-1, -1))).toBe(0);
});

test('variety is the mean distance within a class', () => {
  // Class 1: (0, 0), (3, 4), (0, 8): distances 5, 8, 5. Class 2 has one alone.
  const pictures = Float32Array.of(0, 0, 3, 4, 9, 9, 0, 8);
  expect(variety(pictures, [1, 1, 2, 1])).toBeCloseTo(6, 6);
  expect(variety(Float32Array.of(1, 2), [4, 5])).toBeNaN();
});

test('one picture drawn again and again has no variety', () => {
  expect(variety(Float32Array.of(1, -1, 1, -1, 1, -1), [0, 0, 0])).toBe(0);
});
