import { expect, test } from 'vitest';
import { gap, pairedCosine, rightPicture, zeroShotAccuracy } from '../../src/evaluation/retrieval';
import { expectError } from '../support/expectError';

const width = 2;
const pictures = Float32Array.of(1, 0, 0, 1, -1, 0, 0, -1);

test('a class is right where its caption is the nearest', () => {
  const prompts = Float32Array.of(1, 0, 0, 1);
  expect(zeroShotAccuracy(pictures.subarray(0, 4), [0, 1], prompts, width)).toBe(1);
  expect(zeroShotAccuracy(pictures.subarray(0, 4), [1, 1], prompts, width)).toBe(0.5);
  expectError(() => zeroShotAccuracy(pictures, [0, 1], prompts, width), 'shape');
});

test('the right picture is looked for among so many, and a rest is left out', () => {
  expect(rightPicture({ pictures, captions: pictures, width }, 2)).toBe(1);
  const exchanged = Float32Array.of(0, 1, 1, 0, -1, 0, 0, -1);
  expect(rightPicture({ pictures, captions: exchanged, width }, 2)).toBe(0.5);
  expect(rightPicture({ pictures, captions: exchanged, width }, 3)).toBeCloseTo(1 / 3, 6);
});

test('pairs and clouds', () => {
  expect(pairedCosine({ pictures, captions: pictures, width })).toBe(1);
  const [a, b] = [Float32Array.of(1, 0, 1, 0), Float32Array.of(0, 1, 0, 1)];
  expect(gap({ pictures: a, captions: b, width })).toBe(0);
  expect(gap({ pictures: a, captions: a, width })).toBe(1);
});
