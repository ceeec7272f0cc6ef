import { expect, test } from 'vitest';
import { describeDigit } from '../../src/data/captions/batchCaptions';
import { nothingSaid, type Description } from '../../src/data/captions/caption';
import { captionAccuracy, captionVerdicts } from '../../src/evaluation/captionAccuracy';

const size = 28 * 28;

/** A bar of some thickness, which leans by some pixels for each upwards. */
function bar(thickness: number, slant: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => {
    const [x, y] = [(i % 28) - 14, Math.floor(i / 28) - 14];
    return Math.abs(y) <= 9 && Math.abs(x + slant * y) < thickness / 2 ? 1 : -1;
  });
}

function answers(...digits: number[]): Float32Array {
  return Float32Array.from(digits.flatMap((digit) => Array.from({ length: 10 }, (_, k) => (k === digit ? 0.91 : 0.01))));
}

function together(...pictures: Float32Array[]): Float32Array {
  return Float32Array.from(pictures.flatMap((picture) => [...picture]));
}

const thinUpright = bar(2, 0.2);
const whole = describeDigit(thinUpright, 1);

test('a picture is all that is measured of it, and of each thing that is changed in the caption it is not that', () => {
  const verdictOf = (asked: Description): unknown =>
    captionVerdicts({ pixels: thinUpright, asked: [asked], probabilities: answers(1) })[0];
  const right = { class: true, slant: true, thickness: true, width: true, all: true };
  expect(verdictOf(whole)).toEqual(right);
  const other = (bin: number | null): 0 | 1 => (bin === 0 ? 1 : 0);
  for (const attribute of ['slant', 'thickness', 'width'] as const) {
    expect(verdictOf({ ...whole, [attribute]: other(whole[attribute]) })).toEqual({ ...right, [attribute]: false, all: false });
  }
  expect(verdictOf({ ...nothingSaid, digit: 7 })).toMatchObject({ class: false, slant: null, all: false });
  expect(verdictOf(nothingSaid)).toEqual({ class: null, slant: null, thickness: null, width: null, all: true });
});

test('shares count only the pictures whose captions spoke of it', () => {
  const asked: readonly Description[] = [
    { ...nothingSaid, digit: 1, thickness: whole.thickness },
    { ...nothingSaid, digit: 1, thickness: whole.thickness },
    { ...nothingSaid, digit: 4 },
  ];
  const pixels = together(thinUpright, bar(6, 0), thinUpright);
  const accuracy = captionAccuracy({ pixels, asked, probabilities: answers(1, 1, 1) });
  expect(accuracy).toEqual({ class: 2 / 3, slant: NaN, thickness: 1 / 2, width: NaN, all: 1 / 3, n: 3 });
});

test('where no class was asked for, a slant is held against those of the class that is seen', () => {
  const slant = 0.13; // leaning left for a nought, in the middle for a six, leaning right for a nine
  const bins = [0, 6, 9].map((digit) => describeDigit(bar(3, slant), digit).slant);
  expect(new Set(bins).size).toBeGreaterThan(1);
  const asked = [0, 6, 9].map((_, i) => ({ ...nothingSaid, slant: bins[i] ?? null }));
  const pixels = together(bar(3, slant), bar(3, slant), bar(3, slant));
  expect(captionAccuracy({ pixels, asked, probabilities: answers(0, 6, 9) }).slant).toBe(1);
});

test('an empty picture is nothing that was asked for', () => {
  const blank = new Float32Array(size).fill(-1);
  const [verdict] = captionVerdicts({
    pixels: blank,
    asked: [{ digit: 1, slant: 0, thickness: 0, width: 0 }],
    probabilities: answers(1),
  });
  expect(verdict).toEqual({ class: true, slant: false, thickness: false, width: false, all: false });
});

test('captions without pictures are refused', () => {
  expect(() => captionAccuracy({ pixels: thinUpright, asked: [whole, whole], probabilities: answers(1, 1) })).toThrow(
    '2 captions need as many pictures',
  );
});
