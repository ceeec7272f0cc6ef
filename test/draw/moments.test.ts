import { describe, expect, it } from 'vitest';
import { evenIndices, nearestPosition } from '../../src/draw/moments';

describe('evenIndices', () => {
  it('takes both ends and spaces the rest', () => {
    expect(evenIndices(51, 11)).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50]);
    expect(evenIndices(8, 3)).toEqual([0, 4, 7]);
  });

  it('takes everything of a short film, and nothing of none', () => {
    expect(evenIndices(3, 11)).toEqual([0, 1, 2]);
    expect(evenIndices(0, 11)).toEqual([]);
  });

  it('takes the finished picture if there is room for one', () => {
    expect(evenIndices(5, 1)).toEqual([4]);
  });
});

describe('nearestPosition', () => {
  it('finds the nearest, the earlier of two', () => {
    expect(nearestPosition([0, 5, 10], 6)).toBe(1);
    expect(nearestPosition([0, 4, 8], 6)).toBe(1);
    expect(nearestPosition([], 6)).toBe(-1);
  });
});
