import { describe, expect, it } from 'vitest';
import { posterior } from '../../src/diffusion/forward';
import { levelsFor } from '../../src/diffusion/levels';
import { arrayOps } from '../../src/diffusion/ops';
import { ddim } from '../../src/diffusion/samplers/ddim';
import { ddpm } from '../../src/diffusion/samplers/ddpm';
import { defineSampler } from '../../src/diffusion/samplers/define';
import { defaultSchedules, makeSchedule } from '../../src/diffusion/schedule';
import { stepTable, without, type StepCoefficients, type StepRow } from '../../src/diffusion/stepTable';
import { expectError } from '../support/expectError';

const schedule = makeSchedule(defaultSchedules.cosine);
const levels = levelsFor({ schedule, steps: 10, spacing: 'trailing' });
/** ᾱ from 0.36 to 0.64: the roots are 0.6, 0.8 and 0.8, 0.6. */
const byHand = [
  { t: 2, alphaBar: 0.36 },
  { t: 1, alphaBar: 0.64 },
];

function only(rows: readonly StepRow[]): StepRow {
  const [row] = rows;
  if (!row || rows.length > 1) throw new Error(`${rows.length} rows`);
  return row;
}

function expectCoefficients(got: StepCoefficients, expected: StepCoefficients): void {
  for (const symbol of ['xt', 'x0', 'eps', 'noise'] as const) expect(got[symbol], symbol).toBeCloseTo(expected[symbol], 12);
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

  it('says of arrays what happens to arrays', () => {
    const [x, x0, z] = [Float64Array.of(0.4), Float64Array.of(-0.9), Float64Array.of(1.3)];
    for (const sampler of [ddpm, ddim]) {
      for (const row of stepTable({ sampler, values: {}, levels })) {
        const eps = arrayOps.lincomb([
          [1 / Math.sqrt(1 - row.from.alphaBar), x],
          [-Math.sqrt(row.from.alphaBar) / Math.sqrt(1 - row.from.alphaBar), x0],
        ]);
        const stepped = sampler.start({})({ x, ...row, denoise: () => ({ x0, eps }), noise: () => z, ops: arrayOps });
        const { coefficients: c } = row;
        const told = arrayOps.lincomb([[c.xt, x], [c.x0, x0], [c.eps, eps], [c.noise, z]]); // prettier-ignore
        expect(told[0]).toBeCloseTo(stepped[0] ?? NaN, 12);
      }
    }
  });

  it('has none for a sampler that asks twice a step, and says so', () => {
    const twice = defineSampler({
      id: 'twice',
      label: 'Twice',
      order: 2,
      nfe: (steps) => 2 * steps,
      params: {},
      tex: 'x',
      start:
        () =>
        ({ x, from, denoise }) =>
          denoise(denoise(x, from).x0, from).x0,
    });
    expect(expectError(() => stepTable({ sampler: twice, values: {}, levels }), 'internal').message).toContain('Twice');
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

  it('cannot tell x0 from pure noise', () => {
    const [row] = stepTable({ sampler: ddim, values: {}, levels: [{ t: 9, alphaBar: 0 }, ...byHand] });
    if (!row) throw new Error('no row');
    expectError(() => without('x0', row), 'range');
    expect(Number.isFinite(without('eps', row).x0)).toBe(true);
  });
});
