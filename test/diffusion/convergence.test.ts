/** Every sampler on data whose score is known and not linear: a mixture of Gaussians. */
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/base/rng';
import { defaults } from '../../src/base/params';
import { levelsFor } from '../../src/diffusion/levels';
import { mixtureDenoiser, mixtureMoments, type Mixture } from '../../src/diffusion/mixture';
import { arrayOps } from '../../src/diffusion/ops';
import { sample } from '../../src/diffusion/sample';
import { samplerById, samplers } from '../../src/diffusion/samplers';
import type { Sampler, SamplerValues } from '../../src/diffusion/samplers/define';
import { defaultSchedules, makeSchedule } from '../../src/diffusion/schedule';
import { stepTable } from '../../src/diffusion/stepTable';
import type { NoiseLevel } from '../../src/diffusion/types';

function last(run: {
  readonly sampler: Sampler;
  readonly values?: SamplerValues;
  readonly levels: readonly NoiseLevel[];
  readonly mixture: Mixture;
  readonly x: Float64Array;
  readonly noise: () => Float64Array;
}): Float64Array {
  let { x } = run;
  const denoise = mixtureDenoiser(run.mixture);
  for (const frame of sample({ values: {}, ...run, denoise, ops: arrayOps })) x = frame.x;
  return x;
}

/** The cosine schedule as a curve: levels between whole t's, so that steps may be as many as one likes. */
function path(steps: number): readonly NoiseLevel[] {
  const [first, end] = [900, 100];
  const angle = (t: number): number => ((t / 1000 + 0.008) / 1.008) * (Math.PI / 2);
  return Array.from({ length: steps + 1 }, (_, i) => {
    const t = first - ((first - end) / steps) * i;
    return { t, alphaBar: Math.cos(angle(t)) ** 2 };
  });
}

/** Settings in which a sampler draws no noise: its defaults, or η = 0. */
const withoutNoise = samplers.flatMap((sampler) => {
  const candidates = [defaults(sampler.params), { ...defaults(sampler.params), ...('eta' in sampler.params ? { eta: 0 } : {}) }];
  const quiet = candidates.find((values) =>
    stepTable({ sampler, values, levels: path(4) }).every(({ coefficients }) => coefficients.noise === 0),
  );
  return quiet && sampler.order !== null ? [{ name: sampler.id, sampler, values: quiet, order: sampler.order }] : [];
});

describe('on a mixture in one dimension, without noise', () => {
  const mixture = [
    { weight: 1, mean: [-1], std: 0.2 },
    { weight: 2, mean: [0.8], std: 0.35 },
  ];
  const x = Float64Array.from({ length: 21 }, (_, i) => -2 + i / 5);
  const walk = (sampler: Sampler, values: SamplerValues, steps: number): Float64Array =>
    last({ sampler, values, levels: path(steps), mixture, x, noise: () => new Float64Array(x.length) });
  const truth = walk(samplerById('heun'), {}, 8000);
  const errorOf = (end: Float64Array): number => Math.max(...end.map((value, i) => Math.abs(value - (truth[i] ?? NaN))));

  it('two methods agree on where each point ends', () => {
    expect(errorOf(walk(samplerById('unipc'), {}, 3000))).toBeLessThan(2e-7);
  });

  it.each(withoutNoise)('$name comes to the same end, at the order it declares', ({ sampler, values, order }) => {
    const errors = [80, 160, 320].map((steps) => errorOf(walk(sampler, values, steps)));
    expect(errors.at(-1)).toBeLessThan(0.02);
    for (const [i, error] of errors.slice(1).entries()) {
      expect(Math.abs(Math.log2((errors[i] ?? NaN) / error) - order)).toBeLessThan(0.3);
    }
  });
});

describe('on a mixture in the plane', () => {
  const mixture = [
    { weight: 2, mean: [-1, 0.5], std: 0.2 },
    { weight: 1, mean: [1, -0.5], std: 0.3 },
    { weight: 1, mean: [0.6, 1], std: 0.15 },
  ];
  const n = 3000;
  const schedule = makeSchedule(defaultSchedules.cosine);
  const { mean, covariance } = mixtureMoments(mixture);

  /** Largest deviation of mean and covariance from the exact ones. */
  function miss(id: string, steps: number, values: SamplerValues = {}): { readonly mean: number; readonly covariance: number } {
    const rng = createRng(11, id);
    const noise = (): Float64Array => Float64Array.from(rng.normals(2 * n));
    const levels = levelsFor({ schedule, steps, spacing: 'trailing' });
    const points = last({ sampler: samplerById(id), values, levels, mixture, x: noise(), noise });
    const axis = (a: number): Float64Array => points.filter((_, i) => i % 2 === a);
    const average = (xs: Float64Array): number => xs.reduce((sum, value) => sum + value, 0) / n;
    const means = [average(axis(0)), average(axis(1))];
    const moment = (a: number, b: number): number => {
      const [xs, ys] = [axis(a), axis(b)];
      return average(xs.map((x, i) => (x - (means[a] ?? 0)) * ((ys[i] ?? 0) - (means[b] ?? 0))));
    };
    const off = [[0, 0], [0, 1], [1, 1]].map(([a = 0, b = 0]) => Math.abs(moment(a, b) - (covariance[a]?.[b] ?? NaN))); // prettier-ignore
    return {
      mean: Math.max(...means.map((value, a) => Math.abs(value - (mean[a] ?? NaN)))),
      covariance: Math.max(...off),
    };
  }

  // four standard errors of a mean of 3,000 are 4·√(0.85/3000) = 0.067; of a variance no more; the rest is for finite steps
  const bound = 0.08;

  it.each([
    ['ddpm', 100],
    ['dpm-solver-sde-2m', 50],
    ['dpm-solver-2m', 20],
    ['unipc', 20],
  ] as const)('%s has the right mean and covariance in %i steps', (id, steps) => {
    const found = miss(id, steps);
    expect(found.mean).toBeLessThan(bound);
    expect(found.covariance).toBeLessThan(bound);
  });

  it('and Langevin dynamics within its bias', () => {
    const found = miss('langevin', 100);
    const bias = (samplerById('langevin').bias ?? NaN) * Math.sqrt(covariance[0]?.[0] ?? NaN);
    expect(found.mean).toBeLessThan(bias);
    expect(found.covariance).toBeLessThan(bias);
  });

  it('and DDPM without its noise has not', () =>
    expect(miss('ddpm', 100, { variance: 'none' }).covariance).toBeGreaterThan(2 * bound));
});
