/** What every sampler must do: one suite over the whole registry. A new sampler is tested here without being named. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../src/base/rng';
import { defaults, type Param } from '../../src/base/params';
import { levelsFor } from '../../src/diffusion/levels';
import { arrayOps } from '../../src/diffusion/ops';
import { sample, trajectory } from '../../src/diffusion/sample';
import { samplerById, samplers } from '../../src/diffusion/samplers';
import type { Sampler, SamplerValues } from '../../src/diffusion/samplers/define';
import { defaultSchedules, levelAt, makeSchedule } from '../../src/diffusion/schedule';
import { stepTable, without, type StepCoefficients } from '../../src/diffusion/stepTable';
import type { NoiseLevel } from '../../src/diffusion/types';
import { tensorOps } from '../../src/model/tensorOps';
import { renderTex } from '../../scripts/typesetMath.js';
import { expectError } from '../support/expectError';
import { finalGaussian, gaussianDenoiser, noisedGaussian } from '../support/gaussianDenoiser';
import { holds } from '../support/property';
import { anyPair } from '../support/schedules';

const data = { mean: 0.7, std: 0.3 };
const schedule = makeSchedule({ ...defaultSchedules.linear, zeroTerminalSnr: true });
const levels = (steps: number): readonly NoiseLevel[] => levelsFor({ schedule, steps, spacing: 'trailing' });

/** Defaults, then each setting at each of its ends or options. */
function settingsOf(sampler: Sampler): readonly SamplerValues[] {
  const ends = (param: Param): readonly (number | string)[] =>
    param.kind === 'number' ? [param.min, param.max] : param.options.map(({ value }) => value);
  return [
    defaults(sampler.params),
    ...Object.entries(sampler.params).flatMap(([name, param]) =>
      ends(param).map((value) => ({ ...defaults(sampler.params), [name]: value })),
    ),
  ];
}

const everyEntry = samplers.flatMap((sampler) =>
  settingsOf(sampler).map((values) => ({ name: `${sampler.id} ${JSON.stringify(values)}`, sampler, values })),
);
const isWrongOnPurpose = ({ sampler, values }: (typeof everyEntry)[number]): boolean =>
  (sampler.wrongOnPurpose ?? []).some((wrong) => Object.entries(wrong).every(([name, value]) => values[name] === value));
const rightEntries = everyEntry.filter((entry) => !isWrongOnPurpose(entry));
const wrongEntries = everyEntry.filter(isWrongOnPurpose);

const orderedEntries = rightEntries.flatMap((entry) =>
  entry.sampler.order === null ? [] : [{ ...entry, order: entry.sampler.order }],
);
const biasedEntries = rightEntries.flatMap((entry) =>
  entry.sampler.order === null ? [{ ...entry, bias: entry.sampler.bias ?? 0 }] : [],
);

describe.each(orderedEntries)('$name', ({ sampler, values, order }) => {
  it('ends in the data’s mean and deviation, within 0.02 at 250 steps', () => {
    const end = finalGaussian({ sampler, values, levels: levels(250), data });
    expect(Math.abs(end.mean - data.mean)).toBeLessThan(0.02);
    expect(Math.abs(end.std - data.std)).toBeLessThan(0.02);
  });

  it('comes closer with more steps, at the declared order', () => {
    // Between two inner levels: at the clean end log-SNR is infinite, and what that adds hides the order.
    const smooth = makeSchedule(defaultSchedules.cosine);
    const [first, last] = [900, 100];
    const errors = [100, 200, 400, 800].map((steps) => {
      const path = Array.from({ length: steps + 1 }, (_, i) => levelAt(smooth, first - ((first - last) / steps) * i));
      return finalGaussian({ sampler, values, levels: path, data }).std - noisedGaussian(data, levelAt(smooth, last)).std;
    });
    const orders = errors.slice(1).map((error, i) => Math.log2((errors[i] ?? NaN) / error));
    for (const found of orders) expect(Math.abs(found - order)).toBeLessThan(0.15);
    expect(Math.abs((orders.at(-1) ?? NaN) - order)).toBeLessThan(0.05);
  });
});

describe.each(biasedEntries)('$name', ({ sampler, values, bias }) => {
  const errorAt = (steps: number): number => {
    const end = finalGaussian({ sampler, values, levels: levels(steps), data });
    return Math.max(Math.abs(end.mean - data.mean), Math.abs(end.std - data.std)) / data.std;
  };

  it('ends in the data’s mean and deviation at 250 steps, but for the bias it declares', () => {
    expect(errorAt(250)).toBeLessThan(bias);
  });

  it('comes closer with more steps', () => expect(errorAt(200)).toBeLessThan(errorAt(50)));
});

describe.each(rightEntries)('$name', ({ sampler, values }) => {
  it('gives another picture for another seed', () => {
    const last = (seed: number): unknown => run({ sampler, values, levels: levels(20), seed }).at(-1)?.x;
    expect(last(1)).not.toEqual(last(2));
  });
});

describe.each(wrongEntries)('$name, wrong on purpose,', ({ sampler, values }) => {
  it('misses the data’s deviation by more than a quarter of it, however many steps it takes', () => {
    for (const steps of [50, 250, 1000]) {
      const end = finalGaussian({ sampler, values, levels: levels(steps), data });
      expect(Math.abs(end.std - data.std)).toBeGreaterThan(data.std / 4);
    }
  });
});

describe.each(everyEntry)('$name', ({ sampler, values }) => {
  it('draws 20,000 numbers with the mean and the deviation that its coefficients foretell', () => {
    const n = 20_000;
    const rng = createRng(3, sampler.id);
    const start = noisedGaussian(data, { t: 1, alphaBar: 0 });
    const frames = trajectory({
      sampler,
      values,
      levels: levels(20),
      x: Float64Array.from(rng.normals(n), (value) => start.mean + start.std * value),
      denoise: gaussianDenoiser(data, arrayOps, new Float64Array(n).fill(1)),
      noise: () => Float64Array.from(rng.normals(n)),
      ops: arrayOps,
    });
    const x = frames.at(-1)?.x ?? new Float64Array();
    const mean = x.reduce((sum, value) => sum + value, 0) / n;
    const std = Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
    const exact = finalGaussian({ sampler, values, levels: levels(20), data });
    const standardErrors = 4;
    const rounding = 1e-9; // all that is left where no noise is
    expect(Math.abs(mean - exact.mean)).toBeLessThan((standardErrors * exact.std) / Math.sqrt(n) + rounding);
    expect(Math.abs(std - exact.std)).toBeLessThan((standardErrors * exact.std) / Math.sqrt(2 * n) + rounding);
  });

  it.each([1, 2, 7, 50])('asks the network as often as declared in %i steps', (steps) => {
    const frames = run({ sampler, values, levels: levels(steps), seed: 1 });
    expect(frames.at(-1)?.nfe).toBe(sampler.nfe(steps, values));
  });

  it('gives identical bytes for one seed', () => {
    const last = (): unknown => run({ sampler, values, levels: levels(20), seed: 1 }).at(-1)?.x;
    expect(last()).toEqual(last());
  });

  it('treats a batch of two as two batches of one', () => {
    const steps = 10;
    const rng = createRng(6);
    const draws = Array.from({ length: sampler.nfe(steps, values) + 1 }, () => [rng.normal(), rng.normal()] as const);
    const last = (pick: (pair: readonly [number, number]) => readonly number[]): Float64Array => {
      const queue = draws.map((pair) => Float64Array.from(pick(pair)));
      const next = (): Float64Array => queue.shift() ?? new Float64Array();
      const x = next();
      const frames = trajectory({
        sampler,
        values,
        levels: levels(steps),
        x,
        denoise: gaussianDenoiser(data, arrayOps, new Float64Array(x.length).fill(1)),
        noise: next,
        ops: arrayOps,
      });
      return frames.at(-1)?.x ?? new Float64Array();
    };
    expect(last((pair) => pair)).toEqual(Float64Array.of(...last(([a]) => [a]), ...last(([, b]) => [b])));
  });

  it('stays finite from zero signal to clean, whatever the pair of levels', () => {
    holds(
      fc.property(anyPair, ({ from, to }) => {
        const x = sampler.start(values)({
          x: Float64Array.of(0.3),
          from,
          to,
          denoise: gaussianDenoiser(data, arrayOps, Float64Array.of(1)),
          noise: () => Float64Array.of(1.5),
          ops: arrayOps,
          history: [],
        });
        expect(x[0]).toSatisfy(Number.isFinite);
      }),
    );
  });

  it('stays finite over several steps from zero signal to clean, whatever the levels', () => {
    // (1/1000)⁴ … (999/1000)⁴: from almost nothing but noise to almost clean, never twice the same
    const inner = fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 6 });
    holds(
      fc.property(inner, (picks) => {
        const alphaBars = picks.map((pick) => (pick / 1000) ** 4);
        const walk = [0, ...alphaBars.sort((a, b) => a - b), 1].map((alphaBar, i) => ({ t: 10 - i, alphaBar }));
        for (const { x } of run({ sampler, values, levels: walk, seed: 4 })) expect([...x].every(Number.isFinite)).toBe(true);
      }),
    );
  });

  it('adds no noise to the finished picture, and gives the predicted x0', () => {
    for (const [from] of levels(10)
      .slice(0, -1)
      .map((level) => [level])) {
      if (!from) continue;
      const [row] = stepTable({ sampler, values, levels: [from, { t: 0, alphaBar: 1 }] });
      expect(row?.coefficients).toMatchObject({ xt: 0, eps: 0, noise: 0, history: 0 });
      // of several predictions made on the way, too, what is left is one x0
      expect((row?.coefficients.x0 ?? 0) + (row?.coefficients.again ?? 0)).toBeCloseTo(1, 12);
      for (const { eps } of row?.again ?? []) expect(eps).toBe(0);
    }
  });
});

describe.each(everyEntry)('$name on tensors', ({ sampler, values }) => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  const shape: [number, number, number, number] = [2, 2, 2, 1];
  const draw = (seed: number): (() => Float32Array) => {
    const rng = createRng(seed, 'tensors');
    return () => rng.normals(8);
  };

  function* onTensors(seed: number, x: tf.Tensor4D): Generator<Float32Array> {
    const noise = draw(seed);
    const one = tf.ones<tf.Rank.R4>(shape);
    const start = tf.memory().numTensors;
    try {
      for (const frame of sample<tf.Tensor4D>({
        sampler,
        values,
        levels: levels(50),
        x,
        denoise: gaussianDenoiser(data, tensorOps, one),
        noise: () => tf.tensor4d(noise(), shape),
        ops: tensorOps,
        memory: { scope: (step) => tf.tidy(step), release: (tensor) => tensor.dispose() },
      })) {
        // x, the next x, x0, eps and noise, two for each earlier prediction, and nothing that grows
        expect(tf.memory().numTensors - start).toBeLessThanOrEqual(5 + 2 * (sampler.history ?? 0));
        yield Float32Array.from(frame.x.dataSync());
      }
    } finally {
      one.dispose();
    }
  }

  it('agrees with arrays within 1e-4 after 50 steps', () => {
    const noise = draw(4);
    const first = createRng(4, 'start').normals(8);
    const x = tf.tensor4d(first, shape);
    const onArrays = trajectory({
      sampler,
      values,
      levels: levels(50),
      x: Float64Array.from(first),
      denoise: gaussianDenoiser(data, arrayOps, new Float64Array(8).fill(1)),
      noise: () => Float64Array.from(noise()),
      ops: arrayOps,
    });
    const frames = [...onTensors(4, x)];
    expect(frames).toHaveLength(onArrays.length);
    frames.forEach((frame, i) =>
      frame.forEach((value, j) => expect(Math.abs(value - (onArrays[i]?.x[j] ?? NaN))).toBeLessThan(1e-4)),
    );
    x.dispose();
  });

  it('leaves no tensor behind, whether it is watched to the end or left early', () => {
    const before = tf.memory().numTensors;
    for (const framesWatched of [0, 1, 2, 30, 51]) {
      const x = tf.tensor4d(draw(9)(), shape);
      const frames = onTensors(5, x);
      for (let i = 0; i < framesWatched; i += 1) frames.next();
      frames.return(undefined);
      expect(x.isDisposed).toBe(false); // it was only borrowed
      x.dispose();
      expect(tf.memory().numTensors, `after ${framesWatched} frames`).toBe(before);
    }
  });

  it('leaves no tensor behind when the network throws', () => {
    const before = tf.memory().numTensors;
    const x = tf.tensor4d(draw(9)(), shape);
    let calls = 0;
    const failing = sample<tf.Tensor4D>({
      sampler,
      values,
      levels: levels(10),
      x,
      denoise: (at) => {
        calls += 1;
        const prediction = { x0: tensorOps.lincomb([[0.5, at]]), eps: tensorOps.lincomb([[0.25, at]]) };
        if (calls === 4) throw new Error('the network broke');
        return prediction;
      },
      noise: () => tf.tensor4d(draw(9)(), shape),
      ops: tensorOps,
      memory: { scope: (step) => tf.tidy(step), release: (tensor) => tensor.dispose() },
    });
    expect(() => [...failing]).toThrow('the network broke');
    x.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe.each(samplers)('$id', (sampler) => {
  const impossible = Object.entries(sampler.params).flatMap(([name, param]): [string, number | string][] =>
    param.kind === 'number'
      ? [
          [name, param.min - param.step],
          [name, param.max + param.step],
          [name, NaN],
          [name, 'much'],
        ]
      : [[name, 'no such option']],
  );

  it.each(impossible)('refuses %s = %s, by the name the reader sees', (name, value) => {
    const { message } = expectError(() => sampler.start({ [name]: value }), 'range');
    expect(message).toContain(sampler.params[name]?.label);
  });

  it('refuses a setting that it does not have', () => {
    expect(expectError(() => sampler.start({ nonsense: 1 }), 'range').message).toContain('nonsense');
  });

  it('takes its defaults for settings left out', () => {
    const table = (values: SamplerValues): unknown => stepTable({ sampler, values, levels: levels(7) });
    expect(table({})).toEqual(table(defaults(sampler.params)));
  });

  it('has an equation that can be typeset', () => expect(renderTex(sampler.tex, true)).toContain('katex'));
});

describe('the registry', () => {
  it('finds each by its name, and no two have the same', () => {
    for (const sampler of samplers) expect(samplerById(sampler.id)).toBe(sampler);
    expect(new Set(samplers.map(({ id }) => id)).size).toBe(samplers.length);
  });
  it('names those there are when asked for another', () => {
    expect(expectError(() => samplerById('ddxm'), 'range').message).toMatch(/ddxm.*ddpm.*ddim/);
  });
});

describe('DDIM and DDPM', () => {
  const ddim = samplerById('ddim');
  const ddpm = samplerById('ddpm');

  it('are one sampler at η = 1, for any pair of levels: the same weights of xt, x0 and noise', () => {
    holds(
      fc.property(anyPair, ({ from, to }) => {
        const [row] = stepTable({ sampler: ddim, values: { eta: 1 }, levels: [from, to] });
        const [expected] = stepTable({ sampler: ddpm, values: { variance: 'small' }, levels: [from, to] });
        if (!row || !expected) throw new Error('no rows');
        const got = without('eps', row).xt;
        const { coefficients } = expected;
        // the double rounding of 1 − ᾱ near clean is what separates them
        expect(got).toBeCloseTo(coefficients.xt, 6);
        expect(without('eps', row).x0).toBeCloseTo(coefficients.x0, 6);
        expect(row.coefficients.noise).toBeCloseTo(coefficients.noise, 9);
      }),
    );
  });

  it.each([10, 1000])('are one sampler at η = 1 over %i whole steps, on the same noise, within 1e-9', (steps) => {
    const last = (sampler: Sampler, values: SamplerValues): Float64Array =>
      run({ sampler, values, levels: levels(steps), seed: 8 }).at(-1)?.x ?? new Float64Array();
    last(ddim, { eta: 1 }).forEach((value, i) => expect(Math.abs(value - (last(ddpm, {})[i] ?? NaN))).toBeLessThan(1e-9));
  });

  it('have the same variance at η = 1 in every one of all T steps: β̃', () => {
    const all = levels(1000);
    const ours = stepTable({ sampler: ddim, values: { eta: 1 }, levels: all });
    ours.forEach(({ coefficients, from, to }) => {
      const betaTilde = ((1 - to.alphaBar) / (1 - from.alphaBar)) * (schedule.betas[from.t] ?? NaN);
      expect(coefficients.noise ** 2).toBeCloseTo(betaTilde, 12);
    });
  });

  it('differ in what few steps do: DDIM is too narrow, rightly', () => {
    const end = finalGaussian({ sampler: ddim, values: { eta: 0 }, levels: levels(10), data });
    expect(end.std).toBeLessThan(0.25);
  });
});

describe('one method under several names', () => {
  const coefficients = (id: string, values: SamplerValues, pair: { from: NoiseLevel; to: NoiseLevel }): StepCoefficients => {
    const [row] = stepTable({ sampler: samplerById(id), values, levels: [pair.from, pair.to] });
    if (!row) throw new Error('no row');
    return without('eps', row);
  };
  const expectSame = (a: StepCoefficients, b: StepCoefficients): void => {
    for (const symbol of ['xt', 'x0', 'noise'] as const) expect(a[symbol], symbol).toBeCloseTo(b[symbol], 6);
  };
  const eta = fc.double({ min: 0, max: 1, noNaN: true });

  it('Euler in σ is DDIM at η = 0', () => {
    holds(fc.property(anyPair, (pair) => expectSame(coefficients('euler', {}, pair), coefficients('ddim', { eta: 0 }, pair))));
  });
  it('Euler ancestral is DDIM at every η, and DDPM at 1', () => {
    holds(
      fc.property(anyPair, eta, (pair, value) => {
        expectSame(coefficients('euler-ancestral', { eta: value }, pair), coefficients('ddim', { eta: value }, pair));
        expectSame(coefficients('euler-ancestral', { eta: 1 }, pair), coefficients('ddpm', {}, pair));
      }),
    );
  });
  it('without a step before, DPM-Solver++ 2M is DDIM and its SDE form DDPM', () => {
    holds(
      fc.property(anyPair, (pair) => {
        expectSame(coefficients('dpm-solver-2m', {}, pair), coefficients('ddim', { eta: 0 }, pair));
        expectSame(coefficients('dpm-solver-sde-2m', {}, pair), coefficients('ddpm', {}, pair));
      }),
    );
  });
});

describe('annealed Langevin dynamics', () => {
  const langevin = samplerById('langevin');

  it('takes whole numbers of steps a level', () => {
    expect(expectError(() => langevin.start({ inner: 2.5 }), 'range').message).toContain('2.5');
  });

  it('settles, at one level, in the width that a step of finite length leads to', () => {
    // x − m shrinks by 1 − c and gains variance δ(1 − ᾱ), with c = δ(1 − ᾱ)/2V: the variance settles at V/(1 − c/2)
    const [level, stepSize] = [{ t: 1, alphaBar: 0.4 }, 0.5];
    const { std } = noisedGaussian(data, level);
    const settled = finalGaussian({
      sampler: langevin,
      values: { inner: 20, stepSize },
      levels: new Array<NoiseLevel>(9).fill(level),
      data,
    });
    const c = (stepSize * (1 - level.alphaBar)) / (2 * std ** 2);
    expect(settled.std).toBeCloseTo(std / Math.sqrt(1 - c / 2), 6);
    expect(settled.mean).toBeCloseTo(Math.sqrt(level.alphaBar) * data.mean, 6);
  });
});

/** A few numbers at once, from a seed, by the perfect denoiser. */
function run(options: {
  readonly sampler: Sampler;
  readonly values: SamplerValues;
  readonly levels: readonly NoiseLevel[];
  readonly seed: number;
}): ReturnType<typeof trajectory<Float64Array>> {
  const n = 5;
  const rng = createRng(options.seed, 'run');
  return trajectory({
    ...options,
    x: Float64Array.from(rng.normals(n)),
    denoise: gaussianDenoiser(data, arrayOps, new Float64Array(n).fill(1)),
    noise: () => Float64Array.from(rng.normals(n)),
    ops: arrayOps,
  });
}
