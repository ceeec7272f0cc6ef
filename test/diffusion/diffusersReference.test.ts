/**
 * Published numbers. Those of diffusers come from its own tests (huggingface/diffusers, tests/schedulers/
 * test_scheduler_ddpm.py and test_scheduler_ddim.py), with the tolerances given there; their timesteps are ours minus one.
 * They compute in float32, we in float64.
 */
import { describe, expect, it } from 'vitest';
import { diffuse, posterior } from '../../src/diffusion/forward';
import { levelsFor } from '../../src/diffusion/levels';
import { arrayOps } from '../../src/diffusion/ops';
import { sample } from '../../src/diffusion/sample';
import { ddim } from '../../src/diffusion/samplers/ddim';
import { ddpm } from '../../src/diffusion/samplers/ddpm';
import { defaultSchedules, levelAt, makeSchedule, snr } from '../../src/diffusion/schedule';
import type { Sampler, SamplerValues } from '../../src/diffusion/samplers/define';
import type { NoiseLevel, PredictionType } from '../../src/diffusion/types';
import { absoluteSumAndMean, dummyDenoiser, dummyLength, dummyNoise, dummySample } from '../support/diffusersDummies';
import { torchGenerator } from '../support/torchRandom';

const schedule = makeSchedule(defaultSchedules.linear); // get_scheduler_config of both files
const clip = { min: -1, max: 1 }; // clip_sample=True
const level = (theirT: number): NoiseLevel => levelAt(schedule, theirT + 1);

const sumTolerance = 1e-2;
const meanTolerance = 1e-3;

function fullLoop(run: {
  readonly sampler: Sampler;
  readonly values?: SamplerValues;
  readonly levels: readonly NoiseLevel[];
  readonly type?: PredictionType;
  readonly x?: Float64Array;
}): { readonly sum: number; readonly mean: number } {
  const generator = torchGenerator(0); // torch.manual_seed(0)
  let x = run.x ?? dummySample();
  for (const frame of sample({
    sampler: run.sampler,
    values: run.values ?? {},
    levels: run.levels,
    x,
    denoise: dummyDenoiser(run.type ?? 'epsilon', clip),
    noise: () => generator.randn(dummyLength),
    ops: arrayOps,
  })) {
    x = frame.x;
  }
  return absoluteSumAndMean(x);
}

function expectSumAndMean(got: { readonly sum: number; readonly mean: number }, sum: number, mean: number): void {
  expect(Math.abs(got.sum - sum)).toBeLessThan(sumTolerance);
  expect(Math.abs(got.mean - mean)).toBeLessThan(meanTolerance);
}

describe('DDPM, all 1000 steps', () => {
  const levels = levelsFor({ schedule, steps: 1000, spacing: 'leading' });

  // test_scheduler_ddpm.py, test_full_loop_no_noise (which does draw noise, from torch.manual_seed(0))
  it('ends where diffusers ends, with torch’s noise', () => {
    expectSumAndMean(fullLoop({ sampler: ddpm, levels }), 258.9606, 0.3372);
  });

  // test_full_loop_with_v_prediction
  it('and so with v-prediction', () => {
    expectSumAndMean(fullLoop({ sampler: ddpm, levels, type: 'v' }), 202.0296, 0.2631);
  });

  // test_full_loop_with_noise: add_noise at the last timestep but one, then the rest of the walk. Between the first two
  // levels 1 − ᾱₜ/ᾱₛ is 1e-4, and float32 has an error of up to 6e-8 in it: the same three lines of arithmetic in numpy
  // give 387.9466 in float32, which is diffusers' number, and 387.9673 in float64, which is ours.
  it('and so from a noised picture near the end, but for float32’s rounding', () => {
    const rest = levels.slice(998);
    const [first] = rest;
    if (!first) throw new Error('no levels');
    const x = diffuse({ x0: dummySample(), eps: dummyNoise(), level: first, ops: arrayOps });
    const { sum, mean } = fullLoop({ sampler: ddpm, levels: rest, x });
    expect(Math.abs(sum - 387.9673)).toBeLessThan(1e-3);
    expect(Math.abs(sum - 387.9466)).toBeLessThan(0.03);
    expect(Math.abs(mean - 0.5051)).toBeLessThan(meanTolerance);
  });

  // test_variance, fixed_small
  it.each([
    [487, 0.00979],
    [999, 0.02],
  ])('adds the variance of their timestep %i', (theirT, variance) => {
    expect(Math.abs(posterior({ from: level(theirT), to: level(theirT - 1) }).variance - variance)).toBeLessThan(1e-5);
  });
  it('adds no variance at their timestep 0', () => {
    expect(posterior({ from: level(0), to: levelAt(schedule, 0) }).variance).toBe(0);
  });
});

describe('DDIM, 10 steps', () => {
  const levels = levelsFor({ schedule, steps: 10, spacing: 'leading' });

  // test_scheduler_ddim.py, test_full_loop_no_noise
  it('ends where diffusers ends', () => expectSumAndMean(fullLoop({ sampler: ddim, levels }), 172.0067, 0.223967));

  // test_full_loop_with_v_prediction
  it('and so with v-prediction', () => expectSumAndMean(fullLoop({ sampler: ddim, levels, type: 'v' }), 52.5302, 0.0684));

  // test_full_loop_with_noise: t_start = 8, so two steps are left
  it('and so from a noised picture near the end', () => {
    const rest = levels.slice(8);
    const [first] = rest;
    if (!first) throw new Error('no levels');
    const x = diffuse({ x0: dummySample(), eps: dummyNoise(), level: first, ops: arrayOps });
    expectSumAndMean(fullLoop({ sampler: ddim, levels: rest, x }), 354.5418, 0.4616);
  });

  const steeper = makeSchedule({ ...defaultSchedules.linear, betaStart: 0.01 });
  const steeperLevels = levelsFor({ schedule: steeper, steps: 10, spacing: 'leading' });

  // test_full_loop_with_set_alpha_to_one, beta_start = 0.01
  it('and so on a schedule that starts at β = 0.01', () => {
    expectSumAndMean(fullLoop({ sampler: ddim, levels: steeperLevels }), 149.8295, 0.1951);
  });

  // test_full_loop_with_no_set_alpha_to_one: the walk ends at their level 0, our t = 1, instead of at the clean picture
  it('and so where the walk ends one level short of clean', () => {
    const short = [...steeperLevels.slice(0, -1), levelAt(steeper, 1)];
    expectSumAndMean(fullLoop({ sampler: ddim, levels: short }), 149.0784, 0.1941);
  });

  // test_variance: _get_variance(timestep, prev_timestep), η = 1
  it.each([
    [420, 400, 0.14771],
    [980, 960, 0.3246],
    [487, 486, 0.00979],
    [999, 998, 0.02],
  ])('adds at η = 1 the variance from their timestep %i to %i', (theirT, theirNext, variance) => {
    const step = ddim.start({ eta: 1 })({
      x: { xt: 1 },
      from: level(theirT),
      to: level(theirNext),
      denoise: () => ({ x0: {}, eps: {} }),
      noise: () => ({ noise: 1 }),
      ops: {
        lincomb: (terms) => Object.fromEntries(terms.flatMap(([weight, x]) => ('noise' in x ? [['noise', weight]] : []))),
        clamp: (x) => x,
      },
      history: [],
    }) as Record<string, number>;
    expect(Math.abs((step['noise'] ?? NaN) ** 2 - variance)).toBeLessThan(1e-5);
  });
});

// Lin et al. 2023 (arXiv:2305.08891), table 1: SNR(T) and √ᾱ_T at T = 1000, as printed.
describe('the end of the usual schedules', () => {
  it.each([
    ['linear', 4.035993e-5, 0.006353],
    ['cosine', 2.428735e-9, 4.92822e-5],
    ['scaledLinear', 0.004682, 0.068265],
  ] as const)('%s', (kind, terminalSnr, terminalRoot) => {
    const alphaBar = makeSchedule(defaultSchedules[kind]).alphasCumprod[1000] ?? NaN;
    const relative = (got: number, printed: number): number => Math.abs(got / printed - 1);
    // their products are float32: a thousand roundings of 6e-8 are at most 6e-5
    expect(relative(snr(alphaBar), terminalSnr)).toBeLessThan(2e-4);
    expect(relative(Math.sqrt(alphaBar), terminalRoot)).toBeLessThan(2e-4);
  });
});
