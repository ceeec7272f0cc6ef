import { describe, expect, it } from 'vitest';
import { pixelAfterKey, placeOf } from '../../src/draw/grid';

describe('pixels of a 28 × 28 picture', () => {
  it('are numbered row by row', () => {
    expect(placeOf(2 * 28 + 5, 28)).toEqual({ row: 2, column: 5 });
  });

  it('are walked with the arrow keys', () => {
    expect(pixelAfterKey(30, 'ArrowRight', 28)).toBe(31);
    expect(pixelAfterKey(30, 'ArrowLeft', 28)).toBe(29);
    expect(pixelAfterKey(30, 'ArrowDown', 28)).toBe(58);
    expect(pixelAfterKey(30, 'ArrowUp', 28)).toBe(2);
  });

  it('end at the edge, and other keys lead nowhere', () => {
    expect(pixelAfterKey(27, 'ArrowRight', 28)).toBe(27);
    expect(pixelAfterKey(28, 'ArrowLeft', 28)).toBe(28);
    expect(pixelAfterKey(5, 'ArrowUp', 28)).toBe(5);
    expect(pixelAfterKey(783, 'ArrowDown', 28)).toBe(783);
    expect(pixelAfterKey(30, 'Tab', 28)).toBeNull();
  });
});
