import { expect, test } from 'vitest';
import { fromBase64, toBase64 } from '../../src/data/base64';
import { nearestPictures } from '../../src/data/nearest';
import { readOpeningFilm } from '../../src/data/openingFilm';
import { toSigned } from '../../src/data/pixels';

/** Five plain pictures of brightness 0, 50, 100, 150, 200. */
const store = { image: (index: number) => new Uint8Array(784).fill(index * 50), label: (index: number) => index };

test('the nearest pictures come nearest first, and the distance is that of pixels in [−1, 1]', () => {
  const found = nearestPictures({ target: toSigned(new Uint8Array(784).fill(90)), store, count: 5, keep: 3 });
  expect(found.map((one) => one.index)).toEqual([2, 1, 3]); // 90 lies 10 from 100, 40 from 50, 60 from 150
  expect(found[0]?.distance).toBeCloseTo((10 / 127.5) * 28, 3); // √(784 · (10/127.5)²)
});

test('a training picture finds itself at distance zero', () => {
  const [first] = nearestPictures({ target: toSigned(store.image(3)), store, count: 5, keep: 1 });
  expect(first).toMatchObject({ index: 3, label: 3 });
  expect(first?.distance).toBeCloseTo(0, 4);
});

test('bytes survive base64', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect(fromBase64(toBase64(bytes))).toEqual(bytes);
});

test('a damaged opening film is refused in plain words', () => {
  const frame = { t: 0, nfe: 1, pixels: toBase64(new Uint8Array(10)) };
  const file = { command: '', trainedSteps: 1, sampler: 'ddim', guidanceScale: 1, labels: [1], frames: [frame], nearest: [[]] };
  expect(() => readOpeningFilm(JSON.stringify(file))).toThrow(/could not be read/);
  expect(() => readOpeningFilm('<!doctype html>')).toThrow(/could not be read/);
});
