import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/base/rng';
import { slerp } from '../../src/diffusion/interpolation';
import { expectError } from '../support/expectError';

const a = Float32Array.of(1, 0);
const b = Float32Array.of(0, 1);

function expectClose(got: Float32Array, expected: readonly number[]): void {
  expect(got).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(got[i]).toBeCloseTo(value, 6));
}

describe('slerp', () => {
  it('goes along the circle: a third of a right angle is 30°', () => {
    expectClose(slerp({ a, b, share: 1 / 3 }), [Math.sqrt(3) / 2, 1 / 2]);
  });

  it('begins at a and ends at b, whatever their lengths', () => {
    const [long, short] = [Float32Array.of(3, 1, -2), Float32Array.of(0.1, 0.5, 0.2)];
    expectClose(slerp({ a: long, b: short, share: 0 }), [...long]);
    expectClose(slerp({ a: long, b: short, share: 1 }), [...short]);
  });

  it('keeps noise as long as noise is, where the straight line shortens it to √½', () => {
    const rng = createRng(2, 'slerp');
    const [first, second] = [rng.normals(784), rng.normals(784)];
    const length = (values: Float32Array): number => Math.hypot(...values);
    const half = slerp({ a: first, b: second, share: 0.5 });
    expect(length(half) / length(first)).toBeGreaterThan(0.95);
    expect(length(half) / length(first)).toBeLessThan(1.05);
    expect(length(first.map((value, i) => (value + (second[i] ?? 0)) / 2)) / length(first)).toBeLessThan(0.75);
  });

  it('is the straight line where there is no angle: between equals, opposites, and from nothing', () => {
    expectClose(slerp({ a, b: a, share: 0.3 }), [1, 0]);
    expectClose(slerp({ a, b: Float32Array.of(-1, 0), share: 0.25 }), [0.5, 0]);
    expectClose(slerp({ a, b: Float32Array.of(0, 0), share: 0.5 }), [0.5, 0]);
  });

  it('refuses shares outside 0 … 1, and arrays that do not match', () => {
    for (const share of [-0.1, 1.1, NaN]) expectError(() => slerp({ a, b, share }), 'range');
    expectError(() => slerp({ a, b: Float32Array.of(1), share: 0.5 }), 'shape');
  });
});
