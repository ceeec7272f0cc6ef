import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/base/rng';
import { rememberChain, stdWithoutScaling, stridesTo, walkChain, walkLevels } from '../../src/diffusion/chain';
import { marginal } from '../../src/diffusion/forward';
import { levelAt, scheduleFromBetas } from '../../src/diffusion/schedule';
import { meanOf, stdOf } from '../../src/draw/histogram';

const schedule = scheduleFromBetas([0.1, 0.2, 0.3, 0.5]);

describe('walkChain', () => {
  it('gives T + 1 levels, the first of them the picture itself', () => {
    const x0 = Float32Array.of(1, -1);
    const levels = [...walkChain({ schedule, x0, rng: createRng(1) })];
    expect(levels).toHaveLength(5);
    expect([...(levels[0] ?? [])]).toEqual([1, -1]);
  });

  it('ends at each level with the mean and deviation of the closed form', () => {
    const count = 40_000;
    const x0 = new Float32Array(count).fill(0.8);
    const levels = [...walkChain({ schedule, x0, rng: createRng(2) })];
    for (const t of [1, 2, 4]) {
      const { scale, std } = marginal(levelAt(schedule, t));
      const fourErrors = (4 * std) / Math.sqrt(count);
      expect(Math.abs(meanOf(levels[t] ?? []) - scale * 0.8)).toBeLessThan(fourErrors);
      expect(Math.abs(stdOf(levels[t] ?? []) - std)).toBeLessThan(fourErrors);
    }
  });
});

describe('walkLevels', () => {
  it('arrives at the same distribution in one stride as in four steps', () => {
    const count = 40_000;
    const x0 = new Float32Array(count).fill(0.8);
    const arrived = [...walkLevels({ levels: stridesTo(schedule, 4, 1), x0, rng: createRng(6) })].at(-1) ?? [];
    const { scale, std } = marginal(levelAt(schedule, 4));
    const fourErrors = (4 * std) / Math.sqrt(count);
    expect(Math.abs(meanOf(arrived) - scale * 0.8)).toBeLessThan(fourErrors);
    expect(Math.abs(stdOf(arrived) - std)).toBeLessThan(fourErrors);
  });
});

describe('stridesTo', () => {
  it('begins clean, ends at t, and stops nowhere twice', () => {
    expect(stridesTo(schedule, 4, 2).map(({ t }) => t)).toEqual([0, 2, 4]);
    expect(stridesTo(schedule, 3, 10).map(({ t }) => t)).toEqual([0, 1, 2, 3]);
    expect(stridesTo(schedule, 0, 10).map(({ t }) => t)).toEqual([0]);
  });
});

describe('rememberChain', () => {
  it('goes back to where it has been, and is the walked chain', () => {
    const start = { schedule, x0: Float32Array.of(0.5, 0, -0.5) };
    const chain = rememberChain({ ...start, rng: createRng(3) });
    const walked = [...walkChain({ ...start, rng: createRng(3) })];
    const late = chain.at(4);
    expect([...chain.at(2)]).toEqual([...(walked[2] ?? [])]);
    expect(chain.at(4)).toBe(late);
    expect([...late]).toEqual([...(walked[4] ?? [])]);
  });

  it('refuses a moment that the schedule does not have', () => {
    const chain = rememberChain({ schedule, x0: Float32Array.of(0), rng: createRng(4) });
    expect(() => chain.at(5)).toThrow('from 0 to 4');
  });
});

describe('stdWithoutScaling', () => {
  it('adds variances up: √(0.1 + 0.2 + 0.3)', () => {
    expect(stdWithoutScaling(schedule, 3)).toBeCloseTo(Math.sqrt(0.6), 12);
    expect(stdWithoutScaling(schedule, 0)).toBe(0);
  });
});
