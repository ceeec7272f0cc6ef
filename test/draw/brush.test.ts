import { describe, expect, it } from 'vitest';
import { brush, stroke } from '../../src/draw/brush';

const side = 9;
const paper = new Float32Array(side * side).fill(-1);
const at = (values: Float32Array, row: number, column: number): number => values[row * side + column] ?? NaN;

describe('stroke', () => {
  it('inks the line, softens its edges, and leaves the rest alone', () => {
    const drawn = stroke(paper, side, { x: 1.5, y: 4.5 }, { x: 7.5, y: 4.5 });
    expect(at(drawn, 4, 4)).toBe(1);
    // one pixel off the middle: (1.9 − 1)/(1.9 − 0.75) of the way to full ink
    expect(at(drawn, 3, 4)).toBeCloseTo((2 * (brush.reachPx - 1)) / (brush.reachPx - brush.corePx) - 1, 6);
    expect(at(drawn, 2, 4)).toBe(-1);
    expect(at(drawn, 0, 0)).toBe(-1);
  });

  it('makes a dot of a stroke without length', () => {
    const dot = stroke(paper, side, { x: 4.5, y: 4.5 }, { x: 4.5, y: 4.5 });
    expect(at(dot, 4, 4)).toBe(1);
    expect(at(dot, 4, 7)).toBe(-1);
  });

  it('never takes ink away, and leaves the picture it was given as it was', () => {
    const once = stroke(paper, side, { x: 4.5, y: 1.5 }, { x: 4.5, y: 7.5 });
    const twice = stroke(once, side, { x: 1.5, y: 4.5 }, { x: 7.5, y: 4.5 });
    expect(at(twice, 2, 4)).toBe(1);
    expect(paper.every((value) => value === -1)).toBe(true);
  });
});
