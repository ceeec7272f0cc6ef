import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { enlarge, shrink } from '../../src/data/resize';
import { expectError } from '../support/expectError';
import { holds } from '../support/property';

/** A few pictures of any values a network may give. */
const pictures = (side: number): fc.Arbitrary<Float32Array> =>
  fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer()).map(([count, seed]) => createRng(seed).normals(count * side * side));

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('made smaller', () => {
  test.each([
    [28, 14],
    [28, 7],
    [14, 7],
    [8, 1],
  ])('each pixel is the mean of its square: from %i to %i', (from, to) => {
    const square = from / to;
    holds(
      fc.property(pictures(from), (pixels) => {
        const small = shrink(pixels, from, to);
        expect(small).toHaveLength(pixels.length / square ** 2);
        small.forEach((value, place) => {
          const [picture, row, column] = [Math.floor(place / to ** 2), Math.floor(place / to) % to, place % to];
          let sum = 0;
          for (let i = 0; i < square; i += 1) {
            for (let j = 0; j < square; j += 1)
              sum += pixels[(picture * from + row * square + i) * from + column * square + j] ?? NaN;
          }
          expect(value).toBeCloseTo(sum / square ** 2, 5);
        });
      }),
      10,
    );
  });

  test('a picture keeps its mean', () => {
    holds(
      fc.property(pictures(28), (pixels) => {
        expect(mean(shrink(pixels, 28, 7))).toBeCloseTo(mean(pixels), 5);
      }),
      20,
    );
  });

  test('the same size is the same array', () => {
    const pixels = createRng(1).normals(49);
    expect(shrink(pixels, 7, 7)).toBe(pixels);
  });

  test.each([
    [28, 10],
    [28, 3],
    [14, 28],
  ])('from %i to %i is refused, since halving does not get there', (from, to) => {
    expectError(() => shrink(new Float32Array(from * from), from, to), 'shape');
  });

  test('what is no whole picture is refused', () => {
    expectError(() => shrink(new Float32Array(28 * 28 - 1), 28, 14), 'shape');
  });
});

describe('made larger', () => {
  /** The examples that PyTorch prints in its documentation of torch.nn.Upsample, mode='bilinear', align_corners=False (version 2). */
  test.each([
    [2, [1, 2, 3, 4], [
      [1, 1.25, 1.75, 2],
      [1.5, 1.75, 2.25, 2.5],
      [2.5, 2.75, 3.25, 3.5],
      [3, 3.25, 3.75, 4],
    ]],
    [3, [1, 2, 0, 3, 4, 0, 0, 0, 0], [
      [1, 1.25, 1.75, 1.5, 0.5, 0],
      [1.5, 1.75, 2.25, 1.875, 0.625, 0],
      [2.5, 2.75, 3.25, 2.625, 0.875, 0],
      [2.25, 2.4375, 2.8125, 2.25, 0.75, 0],
      [0.75, 0.8125, 0.9375, 0.75, 0.25, 0],
      [0, 0, 0, 0, 0, 0],
    ]],
  ])('twice from %i, as PyTorch does', (side, pixels, expected) => {
    expect([...enlarge(Float32Array.from(pixels), side, 2 * side)]).toEqual(expected.flat());
  }); // prettier-ignore

  test('four times: between the centres of two pixels, eighths of each, and beyond the last centre that pixel alone', () => {
    // Centres of the large pixels in small pixels: (i + ½)/4 − ½ = −3/8, −1/8, 1/8, 3/8, 5/8, 7/8, 9/8, 11/8, limited to 0 … 1.
    const row = [0, 0, 1, 3, 5, 7, 8, 8];
    expect([...enlarge(Float32Array.of(0, 8, 0, 8), 2, 8)]).toEqual(Array.from({ length: 8 }, () => row).flat());
    expect([...enlarge(Float32Array.of(0, 0, 8, 8), 2, 8)]).toEqual(
      row.flatMap((value) => Array.from({ length: 8 }, () => value)),
    );
  });

  test('pictures of one value stay so, and no value leaves its picture’s range', () => {
    holds(
      fc.property(pictures(7), fc.float({ min: -1, max: 1, noNaN: true }), (pixels, value) => {
        const even = enlarge(new Float32Array(49).fill(value), 7, 14);
        even.forEach((entry) => expect(entry).toBeCloseTo(value, 6));
        const large = enlarge(pixels, 7, 28);
        for (let picture = 0; picture < pixels.length / 49; picture += 1) {
          const [before, after] = [
            pixels.subarray(picture * 49, (picture + 1) * 49),
            large.subarray(picture * 784, (picture + 1) * 784),
          ];
          expect(Math.max(...after)).toBeLessThanOrEqual(Math.max(...before) + 1e-6);
          expect(Math.min(...after)).toBeGreaterThanOrEqual(Math.min(...before) - 1e-6);
        }
      }),
      20,
    );
  });

  test('pictures of a batch do not mix', () => {
    const rng = createRng(3);
    const [first, second] = [rng.normals(49), rng.normals(49)];
    const together = enlarge(Float32Array.of(...first, ...second), 7, 14);
    expect([...together]).toEqual([...enlarge(first, 7, 14), ...enlarge(second, 7, 14)]);
  });

  test('what is no whole picture is refused', () => {
    expectError(() => enlarge(new Float32Array(48), 7, 14), 'shape');
  });
});
