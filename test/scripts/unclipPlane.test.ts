import { expect, test } from 'vitest';
import { planeOf } from '../../scripts/pretrain/unclip/plane';
import { createRng } from '../../src/base/rng';
import { meanRow, projected } from '../../src/data/embeddings';

const [width, count] = [6, 400];

/** Both clouds spread far along entry 3, less along the others; pictures lie a little further along entry 1. */
function cloud(name: string, apart: number): Float32Array {
  const rng = createRng(4, name);
  return Float32Array.from({ length: count * width }, (_, at) => {
    const entry = at % width;
    return rng.normal() * (entry === 3 ? 2 : 0.4) + (entry === 1 ? apart : 0);
  });
}

test('the first axis leads from captions to pictures, the second is where they spread most otherwise', () => {
  const [captions, pictures] = [cloud('captions', 0), cloud('pictures', 3)];
  const plane = planeOf(captions, pictures, width);
  const [right, up] = plane.axes;
  expect(right[1]).toBeGreaterThan(0.98);
  expect(up[3]).toBeGreaterThan(0.98);
  expect(right.reduce((sum, value, i) => sum + value * (up[i] ?? NaN), 0)).toBeCloseTo(0, 8);
  for (const axis of plane.axes) expect(Math.hypot(...axis)).toBeCloseTo(1, 8);
  const shares = plane.explained.reduce((sum, value) => sum + value, 0);
  expect(shares).toBeGreaterThan(0.8);
  expect(shares).toBeLessThan(1);
  const xOf = (rows: Float32Array): number => projected(meanRow(rows, width), plane)[0]?.[0] ?? NaN;
  expect(xOf(pictures) - xOf(captions)).toBeCloseTo(3, 0);
});
