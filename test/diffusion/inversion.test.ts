import { describe, expect, it } from 'vitest';
import { ddimInversion, upward } from '../../src/diffusion/inversion';
import { levelsFor } from '../../src/diffusion/levels';
import { arrayOps } from '../../src/diffusion/ops';
import { trajectory } from '../../src/diffusion/sample';
import { samplerById } from '../../src/diffusion/samplers';
import type { Sampler } from '../../src/diffusion/samplers/define';
import { defaultSchedules, levelAt, makeSchedule } from '../../src/diffusion/schedule';
import { stepTable } from '../../src/diffusion/stepTable';
import type { Denoiser, NoiseLevel } from '../../src/diffusion/types';
import { gaussianDenoiser, noisedGaussian } from '../support/gaussianDenoiser';

const data = { mean: 0.7, std: 0.3 };
const schedule = makeSchedule(defaultSchedules.cosine);
const x = Float64Array.of(0.2, 0.5, 0.7, 1, 1.4);
const exact = gaussianDenoiser(data, arrayOps, new Float64Array(x.length).fill(1));
const inner = (steps: number): readonly NoiseLevel[] =>
  Array.from({ length: steps + 1 }, (_, i) => levelAt(schedule, 900 - (800 / steps) * i));

function walk(
  sampler: Sampler,
  levels: readonly NoiseLevel[],
  from: Float64Array,
  denoise: Denoiser<Float64Array> = exact,
): Float64Array {
  const frames = trajectory({
    sampler,
    values: {},
    levels,
    x: from,
    denoise,
    noise: () => new Float64Array(x.length),
    ops: arrayOps,
  });
  return frames.at(-1)?.x ?? new Float64Array();
}

const largest = (a: Float64Array, b: Float64Array): number => Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? NaN))));

describe('DDIM inversion', () => {
  it('finds the noise that the exact flow comes from: the same place among all, in deviations', () => {
    const [top, bottom] = [levelAt(schedule, 900), levelAt(schedule, 100)].map((level) => noisedGaussian(data, level));
    if (!top || !bottom) throw new Error('no levels');
    const truth = x.map((value) => top.mean + (top.std * (value - bottom.mean)) / bottom.std);
    const errors = [100, 200, 400].map((steps) => largest(walk(ddimInversion, upward(inner(steps)), x), truth));
    for (const [i, error] of errors.slice(1).entries()) expect(Math.log2((errors[i] ?? NaN) / error)).toBeCloseTo(1, 1);
  });

  it('there and back closes at first order', () => {
    const errors = [100, 200, 400].map((steps) => {
      const noise = walk(ddimInversion, upward(inner(steps)), x);
      return largest(walk(samplerById('ddim'), inner(steps), noise), x);
    });
    for (const [i, error] of errors.slice(1).entries()) expect(Math.log2((errors[i] ?? NaN) / error)).toBeCloseTo(1, 1);
    expect(errors.at(-1)).toBeLessThan(0.01);
  });

  it('closes from a clean picture to T and back, too, the better the more steps', () => {
    const errors = [50, 200, 1000].map((steps) => {
      const levels = levelsFor({ schedule, steps, spacing: 'trailing' });
      return largest(walk(samplerById('ddim'), levels, walk(ddimInversion, upward(levels), x)), x);
    });
    expect(errors[1]).toBeLessThan(errors[0] ?? NaN);
    expect(errors[2]).toBeLessThan(0.02);
  });

  it('never asks at t = 0, where no network was trained', () => {
    const asked: number[] = [];
    const levels = levelsFor({ schedule, steps: 4, spacing: 'trailing' });
    walk(ddimInversion, upward(levels), x, (at, level) => {
      asked.push(level.t);
      return exact(at, level);
    });
    expect(asked).toEqual([250, 250, 500, 750]);
  });

  it('is DDIM’s own step, undone: the same weights with the ends exchanged', () => {
    const [noisy, clean] = [levelAt(schedule, 600), levelAt(schedule, 400)];
    const [up] = stepTable({ sampler: ddimInversion, values: {}, levels: [clean, noisy] });
    const eps = Float64Array.of(0.3, -1, 0, 2, 1);
    // with one eps at both ends there and back is exact
    const held: Denoiser<Float64Array> = (xt, { alphaBar }) => ({
      x0: arrayOps.lincomb([[1 / Math.sqrt(alphaBar), xt], [-Math.sqrt((1 - alphaBar) / alphaBar), eps]]), // prettier-ignore
      eps,
    });
    const there = walk(ddimInversion, [clean, noisy], x, held);
    expect(largest(walk(samplerById('ddim'), [noisy, clean], there, held), x)).toBeLessThan(1e-12);
    expect(up?.coefficients.xt).toBeCloseTo(Math.sqrt(noisy.alphaBar / clean.alphaBar), 12);
  });
});
