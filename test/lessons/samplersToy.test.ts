import { describe, expect, it } from 'vitest';
import { landing, toyMixture, toySchedule, toyWalk, trailOf, turning, type ToyFrame } from '../../lessons/samplers/toy';
import { errorCurve, errorMethods, lastOrder, measureErrors, type MeasuredError } from '../../lessons/samplers/toyErrors';
import { densityGrid, reach, scoreArrows } from '../../lessons/samplers/toyField';
import { drawnBell } from '../../lessons/samplers/toyWidth';
import { createRng } from '../../src/base/rng';
import { levelsFor } from '../../src/diffusion/levels';
import { drawFromMixture, mixtureDenoiser } from '../../src/diffusion/mixture';
import { samplerById } from '../../src/diffusion/samplers';
import { defaultSchedules, levelAt, makeSchedule } from '../../src/diffusion/schedule';
import { stepTable } from '../../src/diffusion/stepTable';

const walk = (sampler: string, values = {}, steps = 40, points = 200): readonly ToyFrame[] => [
  ...toyWalk({ sampler, values, steps, spacing: 'trailing', points, seed: 1 }),
];

describe('a walk on the toy', () => {
  it('starts every sampler from the same points, and ends clean', () => {
    const [ddpm, ddim] = [walk('ddpm'), walk('ddim')];
    expect(ddpm[0]?.x).toEqual(ddim[0]?.x);
    expect(ddpm.at(-1)?.x).not.toEqual(ddim.at(-1)?.x);
    expect(ddpm.at(-1)?.level.alphaBar).toBe(1);
    expect(ddpm.at(-1)?.nfe).toBe(40);
  });

  it('is the same again from the same seed', () => expect(walk('ddpm').at(-1)?.x).toEqual(walk('ddpm').at(-1)?.x));

  it('turns more with dice than without', () => {
    const turned = (id: string): number => turning(trailOf(walk(id), 0, 39));
    expect(turned('ddpm')).toBeGreaterThan(3 * turned('ddim'));
  });
});

describe('what is made of it', () => {
  it('points of the mixture itself land right', () => {
    const { shares, width } = landing(drawFromMixture(toyMixture, 4000, createRng(2)));
    expect(shares[0]).toBeCloseTo(0.5, 1);
    expect(shares[1]).toBeCloseTo(0.25, 1);
    expect(width).toBeCloseTo(1, 1);
  });

  it('points on the three means have no width', () => {
    const means = Float64Array.from(toyMixture.flatMap(({ mean }) => mean));
    expect(landing(means)).toEqual({ shares: [1 / 3, 1 / 3, 1 / 3], width: 0 });
  });

  it('few steps of DDIM are too narrow, many are not', () => {
    const width = (steps: number): number => landing(walk('ddim', {}, steps, 400).at(-1)?.x ?? new Float64Array()).width;
    expect(width(6)).toBeLessThan(0.8);
    expect(width(200)).toBeGreaterThan(0.9);
  });

  it('a trail is the way of its point, up to the moment asked for', () => {
    const frames = walk('ddim', {}, 5, 3);
    expect(trailOf(frames, 2, 1)).toEqual(Float64Array.from(frames.slice(0, 2).flatMap(({ x }) => [...x.subarray(4, 6)])));
    expect(trailOf(frames, 0, 99)).toHaveLength(12);
  });

  it('a right angle turns by half of π, a straight way not at all', () => {
    expect(turning(Float64Array.of(0, 0, 1, 0, 1, 1))).toBeCloseTo(Math.PI / 2, 12);
    expect(turning(Float64Array.of(0, 0, 1, 1, 2, 2))).toBeCloseTo(0, 12);
  });
});

describe('the field', () => {
  const level = levelAt(toySchedule, 300);

  it('its density sums to one over the square, but for what lies outside', () => {
    const { side, values } = densityGrid(level, 60);
    const cell = ((2 * reach) / side) ** 2;
    expect(values.reduce((sum, value) => sum + value * cell, 0)).toBeCloseTo(1, 2);
  });

  it('its arrows are −eps of the denoiser, the first at the top left', () => {
    const [first] = scoreArrows(level, 4);
    expect([first?.x, first?.y]).toEqual([-0.75 * reach, 0.75 * reach]);
    const { eps } = mixtureDenoiser(toyMixture)(Float64Array.of(-0.75 * reach, 0.75 * reach), level);
    expect([first?.dx, first?.dy]).toEqual([-(eps[0] ?? NaN), -(eps[1] ?? NaN)]);
  });
});

describe('error against steps', () => {
  const results = [...measureErrors(1)].filter((each): each is MeasuredError => each !== null);

  it.each(errorMethods.map(({ sampler }) => sampler))('%s falls at the order that it declares', (id) => {
    const points = errorCurve(results, id, 'steps');
    expect(points).toHaveLength(10);
    expect(Math.abs(lastOrder(points) - (samplerById(id).order ?? NaN))).toBeLessThan(0.35);
  });

  it('counted in evaluations, a step of Heun costs two', () => {
    expect(errorCurve(results, 'heun', 'nfe').map(({ x }) => x)).toEqual([6, 10, 16, 24, 40, 64, 100, 160, 250, 400]);
  });
});

describe('the width without dice', () => {
  const truth = { mean: 0.7, std: 0.3 };
  const bell = (sampler: string, steps: number, values = {}): { readonly mean: number; readonly std: number } =>
    drawnBell({ truth, schedule: makeSchedule(defaultSchedules.linear), sampler, values, steps, spacing: 'trailing' });

  it('ten steps of DDIM are too narrow, a thousand are right', () => {
    expect(bell('ddim', 10).std).toBeCloseTo(0.185, 3);
    expect(bell('ddim', 1000).std).toBeCloseTo(0.3, 2);
    expect(bell('ddim', 10).mean).toBeCloseTo(0.7, 2);
  });

  it('adds up fresh noises as independent ones: variances, not deviations', () => {
    // x → A·x + const + c·z, so that Var → A²·Var + c², with A from the posterior's weights and E[x0|xt] linear in xt
    const schedule = makeSchedule(defaultSchedules.linear);
    const levels = levelsFor({ schedule, steps: 10, spacing: 'trailing' });
    const rows = stepTable({ sampler: samplerById('ddpm'), values: {}, levels });
    const variance = rows.reduce((before, { from: { alphaBar }, coefficients: { xt, x0, noise } }) => {
      const pull = (Math.sqrt(alphaBar) * truth.std ** 2) / (alphaBar * truth.std ** 2 + 1 - alphaBar);
      return (xt + x0 * pull) ** 2 * before + noise ** 2;
    }, 1);
    expect(bell('ddpm', 10).std).toBeCloseTo(Math.sqrt(variance), 10);
  });

  it('one step gives the mean and no width', () => expect(bell('ddpm', 1).std).toBeLessThan(0.01));

  it('DDIM with η = 1 is DDPM', () => expect(bell('ddim', 20, { eta: 1 }).std).toBeCloseTo(bell('ddpm', 20).std, 10));

  it('Langevin dynamics leave it too wide', () => expect(bell('langevin', 200).std).toBeGreaterThan(truth.std * 1.05));
});
