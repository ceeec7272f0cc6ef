import { describe, expect, it } from 'vitest';
import { decidedFrom, nearestTo, repeated } from '../../lessons/reverse-process/forkRows';

const rows = [900, 700, 500, 300, 100].map((t) => ({ t }));

describe('decidedFrom', () => {
  it('is the largest t from which downwards every row is one digit', () => {
    expect(decidedFrom(rows, [300, 100, 500])).toBe(500);
    expect(decidedFrom(rows, [100])).toBe(100);
    expect(decidedFrom(rows, [900, 700, 500, 300, 100])).toBe(900);
  });

  it('stops at a row that is not, whatever stands above', () => {
    expect(decidedFrom(rows, [100, 700])).toBe(100);
    expect(decidedFrom(rows, [500, 700])).toBeNull();
    expect(decidedFrom(rows, [])).toBeNull();
  });
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
