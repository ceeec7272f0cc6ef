import { describe, expect, it } from 'vitest';
import { decadeAbove, dotsPath, makeAxes, shortNumber, trendPath } from '../../src/draw/lossAxes';

const linear = makeAxes({ kind: 'linear', width: 400, height: 200, steps: 100, top: 0.4, floor: 0.01 });
const log = makeAxes({ kind: 'log', width: 400, height: 200, steps: 100, top: 1, floor: 0.01 });

describe('the axes of a loss chart', () => {
  it('start at step 0 and at no loss', () => {
    expect([linear.x(0), linear.x(100), linear.y(0), linear.y(0.4)]).toEqual([0, 400, 200, 0]);
  });

  it('keep what is off the chart at its edge', () => {
    expect(linear.y(7)).toBe(0);
    expect(log.y(1e-9)).toBe(200);
    expect(log.y(0)).toBe(200);
  });

  it('halve equal ratios equally when logarithmic', () => {
    expect(log.y(0.1)).toBeCloseTo(100, 9);
    expect(log.yTicks).toEqual([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]);
  });

  it('name powers of ten alone over many decades', () => {
    const wide = makeAxes({ kind: 'log', width: 400, height: 200, steps: 100, top: 1000, floor: 0.01 });
    expect(wide.yTicks).toEqual([0.01, 0.1, 1, 10, 100, 1000]);
  });

  it('have whole steps as ticks, even for a run of three', () => {
    const short = makeAxes({ kind: 'linear', width: 800, height: 200, steps: 3, top: 1, floor: 0.01 });
    expect(short.xTicks.every(Number.isInteger)).toBe(true);
    expect(short.xTicks).toContain(3);
  });
});

describe('paths', () => {
  const points = [
    { step: 0, value: 0.4 },
    { step: 50, value: NaN },
    { step: 100, value: 0 },
  ];

  it('skip losses that are no numbers', () => {
    expect(dotsPath(points, linear, 100)).toBe('M0.0,0.0h0M400.0,200.0h0');
    expect(trendPath(points, linear, 100)).toBe('M0,0L400,200');
  });

  it('leave points out when there are too many, but never the last', () => {
    const many = Array.from({ length: 1001 }, (_, step) => ({ step: step / 10, value: 0.2 }));
    expect(dotsPath(many, linear, 100).split('M').length - 1).toBeLessThanOrEqual(100);
    expect(trendPath(many, linear, 100)).toMatch(/L400,100$/);
  });
});

describe('a short number', () => {
  it.each([
    [0.269, '.269'],
    [0.27, '.27'],
    [0.0123, '.012'],
    [1, '1'],
    [1.26, '1.3'],
    [41.3, '41'],
    [25_300, '25k'],
    [0, '0'],
    [-0.5, '-.5'],
  ])('%d reads %s', (value, words) => {
    expect(shortNumber(value)).toBe(words);
  });
});

describe('a top that is a power of ten', () => {
  const at = (values: readonly number[]): number => decadeAbove(values.map((value, step) => ({ step, value })));

  it('lies above the values', () => {
    expect(at([0.3, 41, 7])).toBe(100);
    expect(at([1])).toBe(1);
    expect(at([])).toBe(1);
  });

  it('is not lifted by one wild value in many, nor by what has no logarithm', () => {
    expect(at([...Array.from({ length: 200 }, () => 0.5), 1e6])).toBe(1);
    expect(at([0, -3, NaN, Infinity, 5])).toBe(10);
  });
});
