import { describe, expect, it } from 'vitest';
import { posterior } from '../../src/diffusion/forward';
import { levelsFor } from '../../src/diffusion/levels';
import { arrayOps } from '../../src/diffusion/ops';
import { ddim } from '../../src/diffusion/samplers/ddim';
import { ddpm } from '../../src/diffusion/samplers/ddpm';
import { samplerById, samplers } from '../../src/diffusion/samplers';
import { defaultSchedules, makeSchedule } from '../../src/diffusion/schedule';
import { stepTable, without, type PredictionWeights, type StepCoefficients, type StepRow } from '../../src/diffusion/stepTable';
import type { PastPrediction, Prediction } from '../../src/diffusion/types';
import { createRng } from '../../src/base/rng';
import { sigmaOf } from '../../src/diffusion/probabilityFlow';
import { expectError } from '../support/expectError';

const schedule = makeSchedule(defaultSchedules.cosine);
const levels = levelsFor({ schedule, steps: 10, spacing: 'trailing' });
/** ᾱ from 0.36 to 0.64: the roots are 0.6, 0.8 and 0.8, 0.6. */
const byHand = [
  { t: 2, alphaBar: 0.36 },
  { t: 1, alphaBar: 0.64 },
];

/** σ = 4, 2 and 1. */
const halving = [4, 2, 1].map((sigma, i) => ({ t: 3 - i, alphaBar: 1 / (1 + sigma ** 2) }));

function fail(): never {
  throw new Error('no row');
}

function pairs(weight: PredictionWeights, { x0, eps }: Prediction<Float64Array>): [number, Float64Array][] {
  return [
    [weight.x0, x0],
    [weight.eps, eps],
  ];
}

function only(rows: readonly StepRow[]): StepRow {
  const [row] = rows;
  if (!row || rows.length > 1) throw new Error(`${rows.length} rows`);
  return row;
}

/** Those that are not named are expected to be 0. */
function expectCoefficients(got: StepCoefficients, expected: Partial<StepCoefficients>): void {
  for (const symbol of ['xt', 'x0', 'eps', 'noise', 'again', 'history'] as const) {
    expect(got[symbol], symbol).toBeCloseTo(expected[symbol] ?? 0, 12);
  }
}

describe('the table', () => {
  it('has a row for each step', () => {
    expect(stepTable({ sampler: ddpm, values: {}, levels }).map(({ from, to }) => [from, to])).toEqual(
      levels.slice(1).map((to, i) => [levels[i], to]),
    );
  });

  it('shows DDIM as 0.8·x0 + 0.6·eps at η = 0', () => {
    const { coefficients } = only(stepTable({ sampler: ddim, values: { eta: 0 }, levels: byHand }));
    expectCoefficients(coefficients, { xt: 0, x0: 0.8, eps: 0.6, noise: 0 });
  });

  it('shows DDPM as its posterior', () => {
    // β = 1 − 0.36/0.64 = 0.4375; x0: 0.8·0.4375/0.64; xt: 0.75·0.36/0.64; variance: (0.36/0.64)·0.4375
    const small = only(stepTable({ sampler: ddpm, values: { variance: 'small' }, levels: byHand })).coefficients;
    expectCoefficients(small, { xt: 0.421875, x0: 0.546875, eps: 0, noise: Math.sqrt(0.24609375) });
    const large = only(stepTable({ sampler: ddpm, values: { variance: 'large' }, levels: byHand })).coefficients;
    expectCoefficients(large, { xt: 0.421875, x0: 0.546875, eps: 0, noise: Math.sqrt(0.4375) });
  });

  it.each(samplers)('says of arrays what happens to arrays: $id', (sampler) => {
    const number = createRng(5, sampler.id);
    const draw = (): Float64Array => Float64Array.of(number.normal());
    const prediction = (): Prediction<Float64Array> => ({ x0: draw(), eps: draw() });
    // one answer for each question, whatever was asked: the table holds for any
    const pasts: PastPrediction<Float64Array>[] = [];
    for (const row of stepTable({ sampler, values: {}, levels })) {
      const x = draw();
      const answers = [prediction(), ...row.again.map(prediction)];
      // of several noises the table knows the deviation of the sum; here all of them are equal but for one, which is 0
      const z = draw();
      const single = row.coefficients.noise > 0 && sampler.id !== 'langevin';
      const history = pasts.slice(0, sampler.history ?? 0);
      expect(row.history).toHaveLength(history.length);
      const queue = [...answers];
      const stepped = sampler.start({})({
        x,
        from: row.from,
        to: row.to,
        denoise: () => queue.shift() ?? prediction(),
        noise: () => (single ? z : new Float64Array(1)),
        ops: arrayOps,
        history,
      });
      const [first, ...others] = answers;
      if (!first) throw new Error('no answer');
      const { coefficients: c } = row;
      const told = arrayOps.lincomb([
        [c.xt, x],
        [c.x0, first.x0],
        [c.eps, first.eps],
        [single ? c.noise : 0, z],
        ...row.again.flatMap((weight, k) => pairs(weight, others[k] ?? first)),
        ...row.history.flatMap((weight, k) => pairs(weight, history[k]?.prediction ?? first)),
      ]);
      expect(told[0]).toBeCloseTo(stepped[0] ?? NaN, 9);
      pasts.unshift({ level: row.from, prediction: first });
    }
  });

  it('shows how much 2M takes from the step before: (1 + h/2h′) and −h/2h′ of what x0 weighs', () => {
    // σ = 4, 2, 1: two steps of ln 2, so that h/2h′ = 1/2
    const [row0, row1] = stepTable({ sampler: samplerById('dpm-solver-2m'), values: {}, levels: halving });
    if (!row0 || !row1) throw new Error('no rows');
    expect(row0.history).toEqual([]);
    const x0 = Math.sqrt(1 / 2) * (1 - 1 / 2); // √ᾱ·(1 − σ(to)/σ(from))
    const xt = Math.sqrt(1 / 2 / (4 / 5));
    expectCoefficients(row1.coefficients, { xt, x0: 1.5 * x0, history: -0.5 * x0 });
    expect(row1.history).toEqual([{ x0: expect.closeTo(-0.5 * x0, 12), eps: 0 }]);
  });

  it('shows how PLMS warms up: one eps, then 3/2 and −1/2, then 23, −16 and 5 twelfths', () => {
    const rows = stepTable({ sampler: samplerById('plms'), values: {}, levels });
    expect(rows.map(({ history }) => history.length)).toEqual([0, 1, 2, 3, 3, 3, 3, 3, 3, 3]);
    const weights = (i: number): number[] => {
      const row = rows[i];
      if (!row) throw new Error('no row');
      const stride = Math.sqrt(row.to.alphaBar) * (sigmaOf(row.to) - sigmaOf(row.from));
      return row.history.map(({ eps }) => eps / stride);
    };
    expect(weights(1)).toEqual([expect.closeTo(-1 / 2, 9)]);
    expect(weights(2)).toEqual([expect.closeTo(-16 / 12, 9), expect.closeTo(5 / 12, 9)]);
    expect(weights(3)).toEqual([-59 / 24, 37 / 24, -9 / 24].map((weight) => expect.closeTo(weight, 9) as number));
  });

  it('shows Heun’s second slope: as much as the first, and none in the last step', () => {
    const rows = stepTable({
      sampler: samplerById('heun'),
      values: { along: 'sigma' },
      levels: [...halving, { t: 0, alphaBar: 1 }],
    });
    const [first, , last] = rows;
    const slope = (Math.sqrt(1 / 5) * (2 - 4)) / 2;
    expectCoefficients(first?.coefficients ?? fail(), { xt: Math.sqrt(17 / 5), eps: slope, again: slope });
    expectCoefficients(last?.coefficients ?? fail(), { x0: 1 });
  });

  it('adds the noises of Langevin’s steps up as what they are, independent', () => {
    const [row] = stepTable({ sampler: samplerById('langevin'), values: { inner: 4, stepSize: 0.25 }, levels: byHand });
    // four times a variance of 0.25·(1 − 0.36), and each of four answers weighs −0.125·0.8
    expectCoefficients(row?.coefficients ?? fail(), { xt: 1, eps: -0.1, again: -0.3, noise: 0.8 });
    expect(row?.again).toHaveLength(3);
  });
});

describe('without', () => {
  it('writes DDIM in xt and x0, as DDPM is written: by hand', () => {
    // eps = (xt − 0.6·x0)/0.8, so 0.8·x0 + 0.6·eps = 0.75·xt + (0.8 − 0.45)·x0
    const row = only(stepTable({ sampler: ddim, values: {}, levels: byHand }));
    expectCoefficients(without('eps', row), { xt: 0.75, x0: 0.35, eps: 0, noise: 0 });
  });

  it('writes DDPM in x0 and eps, as DDIM is written, and the signal is then √ᾱ of the level it goes to', () => {
    for (const row of stepTable({ sampler: ddpm, values: {}, levels })) {
      const { x0, eps, noise } = without('xt', row);
      expect(x0).toBeCloseTo(Math.sqrt(row.to.alphaBar), 12);
      expect(eps ** 2 + noise ** 2).toBeCloseTo(1 - row.to.alphaBar, 12);
    }
  });

  it('writes DDPM in xt and eps, as in algorithm 2 of Ho et al.: (xt − β/√(1−ᾱ)·eps)/√α', () => {
    const all = levelsFor({ schedule, steps: 1000, spacing: 'trailing' }).slice(500);
    for (const row of stepTable({ sampler: ddpm, values: {}, levels: all }).slice(0, -1)) {
      const beta = schedule.betas[row.from.t] ?? NaN;
      const { xt, eps, x0 } = without('x0', row);
      expect(xt).toBeCloseTo(1 / Math.sqrt(1 - beta), 10);
      expect(eps).toBeCloseTo(-beta / Math.sqrt(1 - row.from.alphaBar) / Math.sqrt(1 - beta), 10);
      expect(x0).toBe(0);
    }
  });

  it('goes there and back', () => {
    for (const row of stepTable({ sampler: ddpm, values: {}, levels })) {
      const there = { ...row, coefficients: without('xt', row) };
      const back = without('eps', there);
      expect(back.xt).toBeCloseTo(row.coefficients.xt, 9);
      expect(back.x0).toBeCloseTo(posterior(row).x0Coefficient, 9);
    }
  });

  it('leaves alone what belongs to other pictures', () => {
    const [, row] = stepTable({ sampler: samplerById('dpm-solver-2m'), values: {}, levels: halving });
    if (!row) throw new Error('no row');
    const { history, xt, x0, eps } = without('xt', row);
    expect(history).toBe(row.coefficients.history);
    expect(xt).toBe(0);
    // where all predictions agree the signal is √ᾱ of the level it goes to, and the noise √(1 − ᾱ)
    expect(x0 + history).toBeCloseTo(Math.sqrt(1 / 2), 12);
    expect(eps).toBeCloseTo(Math.sqrt(1 / 2), 12);
  });

  it('cannot tell x0 from pure noise', () => {
    const [row] = stepTable({ sampler: ddim, values: {}, levels: [{ t: 9, alphaBar: 0 }, ...byHand] });
    if (!row) throw new Error('no row');
    expectError(() => without('x0', row), 'range');
    expect(Number.isFinite(without('eps', row).x0)).toBe(true);
  });
});
