import { describe, expect, it } from 'vitest';
import { agreementByT, decidedFrom, judgedPictures, nearestTo, repeated } from '../../lessons/reverse-process/forkRows';

const taken = (...digits: number[]): { digit: number }[] => digits.map((digit) => ({ digit }));

describe('agreementByT', () => {
  it('is the share of the digit that most are taken for, from the lowest t up', () => {
    const rows = [
      { t: 900, judged: taken(1, 7, 7, 3) },
      { t: 500, judged: taken(4, 4, 4, 9) },
      { t: 100, judged: taken(4, 4, 4, 4) },
    ];
    expect(agreementByT(rows)).toEqual([
      { t: 100, digit: 4, share: 1 },
      { t: 500, digit: 4, share: 0.75 },
      { t: 900, digit: 7, share: 0.5 },
    ]);
  });

  it('leaves out what is not judged, and of equals takes the smallest', () => {
    expect(agreementByT([{ t: 300, judged: null }, { t: 100, judged: taken(9, 4) }])).toEqual([{ t: 100, digit: 4, share: 0.5 }]); // prettier-ignore
    expect(agreementByT([])).toEqual([]);
  });
});

describe('decidedFrom', () => {
  const from = (...shares: number[]): number | null =>
    decidedFrom(shares.map((share, i) => ({ t: 100 * (i + 1), digit: 0, share })));

  it('is the largest t from which downwards all agree', () => {
    expect(from(1, 1, 1, 0.9, 0.3)).toBe(300);
    expect(from(1, 0.9)).toBe(100);
    expect(from(1, 1, 1)).toBe(300);
  });

  it('stops at the first that do not, whatever stands above', () => {
    expect(from(1, 0.9, 1, 1)).toBe(100);
    expect(from(0.9, 1, 1)).toBeNull();
    expect(from()).toBeNull();
  });
});

it('judgedPictures names each picture’s most probable digit, and how probable it is', () => {
  const probabilities = new Float32Array(20);
  probabilities[3] = 1;
  probabilities.set([0.25, 0.75], 10);
  expect(judgedPictures(probabilities)).toEqual([
    { digit: 3, chance: 1 },
    { digit: 1, chance: 0.75 },
  ]);
});

describe('nearestTo', () => {
  it('finds the moments that a film has', () => {
    const frames = [1000, 750, 500, 250].map((t) => ({ t }));
    expect(nearestTo([900, 700, 500, 300], frames).map(({ t }) => t)).toEqual([1000, 750, 500, 250]);
  });

  it('takes each frame once, and none of an empty film', () => {
    expect(nearestTo([900, 700, 100], [{ t: 1000 }, { t: 500 }]).map(({ t }) => t)).toEqual([1000, 500]);
    expect(nearestTo([900], [])).toEqual([]);
  });
});

it('copies a picture one after the other', () => {
  expect(repeated(Float32Array.of(1, 2), 3)).toEqual(Float32Array.of(1, 2, 1, 2, 1, 2));
});
