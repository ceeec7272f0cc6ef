import { expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { shiftAtRandom } from '../../src/data/shift';

const [side, size] = [28, 784];

/** One pixel of ink on paper, per picture. */
function dots(places: readonly (readonly [number, number])[]): Float32Array {
  const pictures = new Float32Array(places.length * size).fill(-1);
  places.forEach(([row, column], i) => (pictures[i * size + row * side + column] = 1));
  return pictures;
}

test('moves each picture as a whole, by any amount up to the limit, each its own way', () => {
  const count = 400;
  const moved = shiftAtRandom(dots(Array.from({ length: count }, () => [13, 14] as const)), 2, createRng(1));
  const seen = new Set<string>();
  for (let i = 0; i < count; i += 1) {
    const picture = moved.subarray(i * size, (i + 1) * size);
    const place = picture.indexOf(1);
    expect(picture.filter((value) => value === 1)).toHaveLength(1);
    expect(picture.filter((value) => value === -1)).toHaveLength(size - 1);
    seen.add(`${Math.floor(place / side) - 13} ${(place % side) - 14}`);
  }
  const steps = [-2, -1, 0, 1, 2];
  expect([...seen].sort()).toEqual(steps.flatMap((down) => steps.map((right) => `${down} ${right}`)).sort());
});

test('what is pushed over the edge is gone, and does not come back on the other side', () => {
  const corners = dots(Array.from({ length: 200 }, () => [0, 27] as const));
  const moved = shiftAtRandom(corners, 2, createRng(2));
  const inked = Array.from(moved, (value, at) => (value === 1 ? at % size : -1)).filter((at) => at >= 0);
  expect(inked.length).toBeLessThan(200);
  expect(inked.length).toBeGreaterThan(0);
  for (const at of inked) {
    expect(Math.floor(at / side)).toBeLessThanOrEqual(2);
    expect(at % side).toBeGreaterThanOrEqual(25);
  }
});

test('the same seed, the same moves; no move allowed, none made', () => {
  const pictures = dots([[3, 4], [20, 20]]); // prettier-ignore
  expect(shiftAtRandom(pictures, 2, createRng(3))).toEqual(shiftAtRandom(pictures, 2, createRng(3)));
  expect(shiftAtRandom(pictures, 0, createRng(3))).toEqual(pictures);
});
