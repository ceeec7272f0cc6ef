/**
 * Published numbers of the fast solvers: huggingface/diffusers, tests/schedulers/test_scheduler_euler.py (as of commit 0bc2ddc),
 * euler_ancestral (4004496), heun (18dcab7), dpm_multi (025609e), unipc (036e33e) and pndm (35a2c41). Ten steps with the
 * stand-ins of test_schedulers.py. Where theirs visit fractions of a timestep, or end one level short of clean, their
 * levels are given here one by one.
 */
import { describe, expect, it } from 'vitest';
import { diffuse } from '../../src/diffusion/forward';
import { arrayOps } from '../../src/diffusion/ops';
import { sigmaOf } from '../../src/diffusion/probabilityFlow';
import { toPrediction } from '../../src/diffusion/parameterization';
import { sample } from '../../src/diffusion/sample';
import { samplerById } from '../../src/diffusion/samplers';
import type { Sampler, SamplerValues } from '../../src/diffusion/samplers/define';
import { defaultSchedules, levelAt, makeSchedule } from '../../src/diffusion/schedule';
import type { Denoiser, NoiseLevel, PastPrediction, PredictionType, Schedule } from '../../src/diffusion/types';
import { absoluteSumAndMean, dummyDenoiser, dummyLength, dummyNoise, dummySample } from '../support/diffusersDummies';
import { torchGenerator } from '../support/torchRandom';

const steps = 10;
const sumTolerance = 1e-2;
const meanTolerance = 1e-3;
const clean: NoiseLevel = { t: 0, alphaBar: 1 };

interface Run {
  readonly sampler: Sampler;
  readonly values?: SamplerValues;
  readonly levels: readonly NoiseLevel[];
  readonly type?: PredictionType;
  readonly x?: Float64Array;
}

/** The last x, and what a multistep sampler would read next. */
function fullLoop(run: Run): { readonly x: Float64Array; readonly history: readonly PastPrediction<Float64Array>[] } {
  const generator = torchGenerator(0); // torch.manual_seed(0)
  let x = run.x ?? dummySample();
  const history: PastPrediction<Float64Array>[] = [];
  for (const frame of sample({
    ...run,
    values: run.values ?? {},
    x,
    denoise: dummyDenoiser(run.type ?? 'epsilon', null),
    noise: () => generator.randn(dummyLength),
    ops: arrayOps,
  })) {
    x = frame.x;
    if (frame.prediction) history.unshift({ level: frame.level, prediction: frame.prediction });
  }
  return { x, history };
}

function expectMean(x: Float64Array, mean: number): void {
  expect(Math.abs(absoluteSumAndMean(x).mean - mean)).toBeLessThan(meanTolerance);
}

function expectSumAndMean(x: Float64Array, sum: number, mean: number): void {
  expect(Math.abs(absoluteSumAndMean(x).sum - sum)).toBeLessThan(sumTolerance);
  expectMean(x, mean);
}

/** numpy's linspace, downwards. */
const linspaceDown = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));

/** σ of their timestep, by a straight line between whole ones. */
function theirSigma(schedule: Schedule, t: number): number {
  const [below, above] = [Math.floor(t), Math.ceil(t)].map((whole) => sigmaOf(levelAt(schedule, whole + 1))) as [number, number];
  return below + (above - below) * (t - Math.floor(t));
}

/** _sigma_to_t: the fractional timestep of a σ, by a straight line between logarithms. */
function theirTimestep(schedule: Schedule, sigma: number): number {
  const logs = Array.from({ length: schedule.T }, (_, t) => Math.log(sigmaOf(levelAt(schedule, t + 1))));
  const low = Math.min(Math.max(logs.filter((log) => log <= Math.log(sigma)).length - 1, 0), schedule.T - 2);
  const [a = 0, b = 0] = [logs[low], logs[low + 1]];
  return low + Math.min(Math.max((Math.log(sigma) - a) / (b - a), 0), 1);
}

const atSigma = (sigma: number, theirT: number): NoiseLevel => ({ t: theirT + 1, alphaBar: 1 / (1 + sigma ** 2) });

/** _convert_to_karras, ρ = 7. */
function karrasSigmas(schedule: Schedule): number[] {
  const [min, max] = [1, schedule.T].map((t) => sigmaOf(levelAt(schedule, t)) ** (1 / 7)) as [number, number];
  return linspaceDown(max, min, steps).map((root) => root ** 7);
}

/**
 * Their tests of solvers in σ hand the step the picture that was scaled for the network, and not the one before scaling: x̄ is
 * divided by √(1 + σ²) once too often at every step. It makes no picture, but it is as good a check of the arithmetic.
 */
describe('in σ', () => {
  const schedule = makeSchedule({ ...defaultSchedules.linear, T: 1100 });
  const fractions = [...linspaceDown(1099, 0, steps).map((t) => atSigma(theirSigma(schedule, t), t)), clean];
  const karras = [...karrasSigmas(schedule).map((sigma) => atSigma(sigma, theirTimestep(schedule, sigma))), clean];
  const network = (x: Float64Array, level: NoiseLevel): Float64Array => dummyDenoiser('epsilon', null)(x, level).eps;

  function end(
    id: string,
    levels: readonly NoiseLevel[],
    type: PredictionType = 'epsilon',
    values: SamplerValues = {},
  ): Float64Array {
    const generator = torchGenerator(0); // torch.manual_seed(0)
    const step = samplerById(id).start(values);
    // init_noise_sigma·√ᾱ = √(1 − ᾱ), since their x̄ starts as σ_max times the dummy sample
    let scaled = arrayOps.lincomb([[Math.sqrt(1 - (levels[0]?.alphaBar ?? NaN)), dummySample()]]);
    for (const [i, to] of levels.slice(1).entries()) {
      const from = levels[i] ?? clean;
      const onceMore = arrayOps.lincomb([[Math.sqrt(from.alphaBar), scaled]]);
      const seen = scaled;
      scaled = step({
        x: onceMore,
        from,
        to,
        denoise: (xt, level) =>
          toPrediction({ type, output: network(level === from ? seen : xt, level), xt, level, ops: arrayOps }),
        noise: () => generator.randn(dummyLength),
        ops: arrayOps,
        history: [],
      });
    }
    return scaled;
  }

  describe('Euler', () => {
    // test_scheduler_euler.py, test_full_loop_no_noise
    it('ends where diffusers ends', () => expectSumAndMean(end('euler', fractions), 10.0807, 0.0131));
    // test_full_loop_device_karras_sigmas
    it('and so on the levels of Karras et al.', () =>
      expectSumAndMean(end('euler', karras), 124.52299499511719, 0.16213932633399963));
  });

  describe('Euler ancestral', () => {
    // test_scheduler_euler_ancestral.py, test_full_loop_no_noise (which draws noise, from torch.manual_seed(0))
    it('ends where diffusers ends, with torch’s noise', () =>
      expectSumAndMean(end('euler-ancestral', fractions), 152.3192, 0.1983));
    // test_full_loop_with_v_prediction
    it('and so with v-prediction', () => expectSumAndMean(end('euler-ancestral', fractions, 'v'), 108.4439, 0.1412));
  });

  describe('Heun along σ', () => {
    // test_scheduler_heun.py, test_full_loop_no_noise; the sum is given to four places, of which their tolerance takes one
    it('ends where diffusers ends', () => {
      const last = end('heun', fractions, 'epsilon', { along: 'sigma' });
      expect(Math.abs(absoluteSumAndMean(last).sum - 0.1233)).toBeLessThan(1e-3);
    });
    // test_full_loop_device_karras_sigmas
    it('and so on the levels of Karras et al.', () => {
      const { sum, mean } = absoluteSumAndMean(end('heun', karras, 'epsilon', { along: 'sigma' }));
      expect(sum).toBeGreaterThan(1.4e-4);
      expect(sum).toBeLessThan(1.6e-4);
      expect(mean / 1.9869554535034695e-7).toBeCloseTo(1, 1);
    });
  });
});

const schedule = makeSchedule(defaultSchedules.linear);
const level = (theirT: number): NoiseLevel => levelAt(schedule, theirT + 1);
/** np.linspace(0, 999, 11).round()[::-1][:-1], where 499.5 becomes 500. */
const noisy = [999, 899, 799, 699, 599, 500, 400, 300, 200, 100].map(level);

describe('DPM-Solver++ 2M', () => {
  const sampler = samplerById('dpm-solver-2m');
  const levels = [...noisy, level(0)]; // as theirs did before final_sigmas_type
  // test_scheduler_dpm_multi.py, test_full_loop_no_noise: solver_order 2, midpoint
  it('ends where diffusers ends', () => expectMean(fullLoop({ sampler, levels }).x, 0.3301));
  // test_full_loop_with_v_prediction
  it('and so with v-prediction', () => expectMean(fullLoop({ sampler, levels, type: 'v' }).x, 0.2251));
});

describe('UniPC, bh2, which there ends at the least noise of the schedule by a step of first order', () => {
  /** The last step: the correction alone, which is a step to where one is, and then Euler. */
  function end(levels: readonly NoiseLevel[], type: PredictionType = 'epsilon', x?: Float64Array): Float64Array {
    const [from = clean, to = clean] = levels.slice(-2);
    const before = fullLoop({ sampler: samplerById('unipc'), levels: levels.slice(0, -1), type, ...(x ? { x } : {}) });
    const prediction = dummyDenoiser(type, null)(before.x, from);
    const input = { from, denoise: () => prediction, noise: () => before.x, ops: arrayOps, history: before.history.slice(0, 2) };
    const corrected = samplerById('unipc').start({})({ ...input, x: before.x, to: from });
    return samplerById('euler').start({})({ ...input, x: corrected, to });
  }
  const levels = [...noisy, level(0)];
  const karras = [...karrasSigmas(schedule), sigmaOf(level(0))].map((sigma) =>
    atSigma(sigma, Math.round(theirTimestep(schedule, sigma))),
  );

  // test_scheduler_unipc.py, test_full_loop_no_noise
  it('ends where diffusers ends', () => expectMean(end(levels), 0.2464));
  // test_full_loop_with_v_prediction
  it('and so with v-prediction', () => expectMean(end(levels, 'v'), 0.1014));
  // test_full_loop_with_karras, test_full_loop_with_karras_and_v_prediction
  it('and so on the levels of Karras et al.', () => expectMean(end(karras), 0.2925));
  it('and so on those with v-prediction', () => expectMean(end(karras, 'v'), 0.1966));
  // test_full_loop_with_noise: t_start = 8, so two steps are left
  it('and so from a noised picture near the end', () => {
    const rest = levels.slice(8);
    const x = diffuse({ x0: dummySample(), eps: dummyNoise(), level: rest[0] ?? clean, ops: arrayOps });
    expectSumAndMean(end(rest, 'epsilon', x), 315.5757, 0.4109);
  });
});

describe('PLMS after the three Runge–Kutta steps that PNDM warms up with', () => {
  /** As their step_prk: four questions a step, the weights 1/6, 1/3, 1/3, 1/6, and DDIM's step for each of them. */
  function warmUp(of: Schedule): { readonly x: Float64Array; readonly history: readonly PastPrediction<Float64Array>[] } {
    const at = (theirT: number): NoiseLevel => levelAt(of, theirT + 1);
    const network = dummyDenoiser('epsilon', null);
    const history: PastPrediction<Float64Array>[] = [];
    let x = dummySample();
    for (const t of [900, 800, 700]) {
      const base = x;
      const [from, middle, to] = [at(t), at(t - 50), at(t - 100)];
      const move = (eps: Float64Array, end: NoiseLevel): Float64Array =>
        samplerById('ddim').start({})({
          x: base,
          from,
          to: end,
          denoise: held(eps),
          noise: () => base,
          ops: arrayOps,
          history: [],
        });
      const first = network(base, from);
      const second = network(move(first.eps, middle), middle).eps;
      const third = network(move(second, middle), middle).eps;
      const fourth = network(move(third, to), to).eps;
      x = move(arrayOps.lincomb([[1 / 6, first.eps], [1 / 3, second], [1 / 3, third], [1 / 6, fourth]]), to); // prettier-ignore
      history.unshift({ level: from, prediction: first });
    }
    return { x, history };
  }

  /** eps as given, and the x0 that goes with it. */
  function held(eps: Float64Array): Denoiser<Float64Array> {
    return (xt, { alphaBar }) => ({
      x0: arrayOps.lincomb([[1 / Math.sqrt(alphaBar), xt], [-Math.sqrt((1 - alphaBar) / alphaBar), eps]]), // prettier-ignore
      eps,
    });
  }

  function end(of: Schedule, last: NoiseLevel): Float64Array {
    let { x, history } = warmUp(of);
    const network = dummyDenoiser('epsilon', null);
    const levels = [...[600, 500, 400, 300, 200, 100, 0].map((t) => levelAt(of, t + 1)), last];
    for (const [i, to] of levels.slice(1).entries()) {
      const from = levels[i] ?? clean;
      const prediction = network(x, from);
      x = samplerById('plms').start({})({ x, from, to, denoise: () => prediction, noise: () => x, ops: arrayOps, history });
      history = [{ level: from, prediction }, ...history].slice(0, 3);
    }
    return x;
  }

  const steeper = makeSchedule({ ...defaultSchedules.linear, betaStart: 0.01 });

  // test_scheduler_pndm.py, test_full_loop_no_noise: their last step goes from their timestep 0 to where it is
  it('ends where diffusers ends', () => expectSumAndMean(end(schedule, level(0)), 198.1318, 0.258));
  // test_full_loop_with_set_alpha_to_one, beta_start = 0.01
  it('and so with a last step to the clean picture', () => expectSumAndMean(end(steeper, clean), 230.0399, 0.2995));
  // test_full_loop_with_no_set_alpha_to_one
  it('and so where the walk ends one level short of clean', () =>
    expectSumAndMean(end(steeper, levelAt(steeper, 1)), 186.9482, 0.2434));
});
