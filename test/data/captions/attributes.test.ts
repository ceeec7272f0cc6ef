import fc from 'fast-check';
import { expect, test } from 'vitest';
import { measureAttributes } from '../../../src/data/captions/attributes';
import { holds } from '../../support/property';

const side = 28;

interface Bar {
  /** Of its middle. */
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly thickness: number;
  /** Pixels to the right for a pixel upwards. */
  readonly slant: number;
}

/** A bar drawn with soft edges: each pixel's ink is the share of its row that the bar covers. */
function bar({ x, y, height, thickness, slant }: Bar): Float32Array {
  return Float32Array.from({ length: side * side }, (_, i) => {
    const [column, row] = [i % side, Math.floor(i / side)];
    if (Math.abs(row - y) > height / 2) return -1;
    const middle = x - slant * (row - y);
    const covered = Math.min(column + 0.5, middle + thickness / 2) - Math.max(column - 0.5, middle - thickness / 2);
    return 2 * Math.min(1, Math.max(0, covered)) - 1;
  });
}

const upright: Bar = { x: 14, y: 14, height: 18, thickness: 3, slant: 0 };

test.each([-0.5, -0.2, 0, 0.2, 0.5])('a bar that moves %f to the right for a pixel upwards has that slant', (slant) => {
  expect(measureAttributes(bar({ ...upright, slant })).slant).toBeCloseTo(slant, 1);
});

test.each([2, 3, 5])('a bar %i pixels thick has that thickness, but for its two ends', (thickness) => {
  const measured = measureAttributes(bar({ ...upright, thickness, x: thickness % 2 === 0 ? 13.5 : 14 })).thickness;
  // Σp = 19 rows of it; the outline is two sides and two ends.
  const expected = (19 * thickness) / (19 + thickness);
  expect(measured / expected).toBeGreaterThan(1);
  expect(measured / expected).toBeLessThan(1.03); // its corners are cut short
});

test('the width is beside the height, and a slant does not make a digit wider', () => {
  const wide = measureAttributes(bar({ ...upright, thickness: 9 })).width;
  expect(wide).toBeCloseTo(9 / 19, 1); // two boxes' deviations stand to each other as their sides
  expect(measureAttributes(bar({ ...upright, thickness: 9, slant: 0.4 })).width).toBeCloseTo(wide, 1);
});

test('a picture mirrored from left to right leans the other way, and is as wide', () => {
  const leaning = bar({ ...upright, slant: 0.3 });
  const mirrored = leaning.map((_, i) => leaning[i - (i % side) + (side - 1 - (i % side))] ?? NaN);
  const [one, other] = [measureAttributes(leaning), measureAttributes(mirrored)];
  expect(other.slant).toBeCloseTo(-one.slant, 6);
  expect(other.width).toBeCloseTo(one.width, 6);
});

test('where a bar stands does not matter, the edge of the picture included', () => {
  const at = fc.record({
    x: fc.integer({ min: 4, max: 23 }),
    y: fc.integer({ min: 4, max: 23 }),
    thickness: fc.integer({ min: 1, max: 5 }),
  });
  holds(
    fc.property(at, ({ x, y, thickness }) => {
      const here = measureAttributes(bar({ x, y, height: 8, thickness, slant: 0 }));
      const middle = measureAttributes(bar({ x: 14, y: 14, height: 8, thickness, slant: 0 }));
      expect(here.slant).toBeCloseTo(middle.slant, 6);
      expect(here.thickness).toBeCloseTo(middle.thickness, 6);
      expect(here.width).toBeCloseTo(middle.width, 6);
    }),
  );
  const touching = measureAttributes(bar({ ...upright, x: 1 }));
  expect(touching.thickness).toBeCloseTo(measureAttributes(bar(upright)).thickness, 6);
});

test('a haze below a quarter of full brightness changes nothing, nor does ink beyond full brightness', () => {
  const plain = bar(upright);
  const hazy = plain.map((x) => (x < 0 ? -0.55 : 1.4));
  expect(measureAttributes(hazy)).toEqual(measureAttributes(plain));
});

test('a picture without ink has none of the three', () => {
  expect(measureAttributes(new Float32Array(side * side).fill(-1))).toEqual({ slant: NaN, thickness: NaN, width: NaN });
  expect(() => measureAttributes(new Float32Array(7))).toThrow('7 pixels are not one picture of 28 × 28');
});

test('pictures of another size are measured, too', () => {
  const small = new Float32Array(49).fill(-1);
  for (const i of [10, 17, 24, 31, 38]) small[i] = 1; // a column of five
  expect(measureAttributes(small, 7).slant).toBeCloseTo(0, 9);
});
