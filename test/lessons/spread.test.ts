import { expect, it } from 'vitest';
import { spreadBetween } from '../../lessons/reverse-process/spread';

it('is nothing between copies, and the deviation between others', () => {
  expect(spreadBetween(Float32Array.of(0.25, -1, 0.25, -1), 2)).toBe(0);
  // One pixel the same, one at ±1: a root mean square of √(1/2).
  expect(spreadBetween(Float32Array.of(0, -1, 0, 1), 2)).toBeCloseTo(Math.SQRT1_2, 12);
});
