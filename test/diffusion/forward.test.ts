import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/base/rng';
import { diffuse, forwardStep, marginal, posterior, transition } from '../../src/diffusion/forward';
import { arrayOps, coefficientOps, float32Ops, type Coefficients } from '../../src/diffusion/ops';
import { defaultSchedules, levelAt, makeSchedule } from '../../src/diffusion/schedule';
import { expectError } from '../support/expectError';
import { holds } from '../support/property';
import { allLevels, anyConfig, anyPair } from '../support/schedules';

describe('the closed form and the chain', () => {
  it('agree at every level, in mean and variance, for every schedule', () => {
    holds(
      fc.property(anyConfig, (config) => {
        let scale = 1; // of x0 in xt
        let variance = 0; // of the noise in xt
        const levels = allLevels(makeSchedule(config));
        levels.slice(1).forEach((to, i) => {
          const step = transition({ from: levels[i] ?? to, to });
          scale *= step.scale;
          variance = step.scale ** 2 * variance + step.std ** 2;
          const whole = marginal(to);
          expect(scale).toBeCloseTo(whole.scale, 10);
          expect(variance).toBeCloseTo(whole.std ** 2, 10);
        });
      }),
      30,
    );
  });

  it('agree as functions: the noises of ten steps add up to one', () => {
    const levels = allLevels(makeSchedule({ ...defaultSchedules.linear, T: 10, betaEnd: 0.3 }));
    let x: Coefficients = { x0: 1 };
    levels.slice(1).forEach((to, i) => {
      x = forwardStep({ x, from: levels[i] ?? to, to, noise: { [`z${i}`]: 1 }, ops: coefficientOps });
    });
    const { x0, ...noises } = x;
    const jump = diffuse({ x0: { x0: 1 }, eps: { eps: 1 }, level: levels[10] ?? { t: 0, alphaBar: 1 }, ops: coefficientOps });
    expect(Object.keys(noises)).toHaveLength(10);
    expect(x0).toBeCloseTo(jump['x0'] ?? NaN, 12);
    expect(Math.hypot(...Object.values(noises))).toBeCloseTo(jump['eps'] ?? NaN, 12);
  });

  it('agree on 20,000 walks of a single number', () => {
    const n = 20_000;
    const levels = allLevels(makeSchedule({ ...defaultSchedules.cosine, T: 20 })).slice(0, 11);
    const rng = createRng(5, 'walks');
    let x = new Float32Array(n).fill(1.5);
    levels.slice(1).forEach((to, i) => {
      x = Float32Array.from(forwardStep({ x, from: levels[i] ?? to, to, noise: rng.normals(n), ops: float32Ops }));
    });
    const whole = marginal(levels[10] ?? { t: 0, alphaBar: 1 });
    const mean = x.reduce((sum, value) => sum + value, 0) / n;
    const std = Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
    const standardErrors = 4;
    expect(Math.abs(mean - whole.scale * 1.5)).toBeLessThan((standardErrors * whole.std) / Math.sqrt(n));
    expect(Math.abs(std - whole.std)).toBeLessThan((standardErrors * whole.std) / Math.sqrt(2 * n));
  });

  it('are worked by hand: ᾱ = 0.64 makes 0.8·x0 + 0.6·eps', () => {
    const xt = diffuse({
      x0: Float64Array.of(1, -1),
      eps: Float64Array.of(0, 2),
      level: { t: 3, alphaBar: 0.64 },
      ops: arrayOps,
    });
    expect(xt[0]).toBeCloseTo(0.8, 14);
    expect(xt[1]).toBeCloseTo(-0.8 + 1.2, 14);
  });

  it('leave a clean picture alone', () => {
    const x0 = Float64Array.of(0.25, -1);
    expect(diffuse({ x0, eps: Float64Array.of(3, 3), level: { t: 0, alphaBar: 1 }, ops: arrayOps })).toEqual(x0);
  });
});

describe('the posterior', () => {
  it('undoes the forward process: xt drawn from x0, then xs drawn from the posterior, has the marginal of s', () => {
    holds(
      fc.property(anyPair, ({ from, to }) => {
        const { x0Coefficient, xtCoefficient, variance } = posterior({ from, to });
        const atT = marginal(from);
        const atS = marginal(to);
        expect(x0Coefficient + xtCoefficient * atT.scale).toBeCloseTo(atS.scale, 9);
        expect(xtCoefficient ** 2 * atT.std ** 2 + variance).toBeCloseTo(atS.std ** 2, 9);
      }),
    );
  });

  it('knows how xs and xt go together: their covariance given x0 is that of the forward step', () => {
    holds(
      fc.property(anyPair, ({ from, to }) => {
        // forward: xt = scale·xs + …, so Cov = scale·(1 − ᾱs); backward: xs = xtCoefficient·xt + …, so Cov = xtCoefficient·(1 − ᾱt)
        const forward = transition({ from: to, to: from }).scale * (1 - to.alphaBar);
        expect(posterior({ from, to }).xtCoefficient * (1 - from.alphaBar)).toBeCloseTo(forward, 9);
      }),
    );
  });

  it('is eq. 6–7 of DDPM between neighbours', () => {
    const { betas, alphasCumprod } = makeSchedule(defaultSchedules.linear);
    for (const t of [2, 500, 1000]) {
      const [beta, now, before] = [betas[t] ?? NaN, alphasCumprod[t] ?? NaN, alphasCumprod[t - 1] ?? NaN];
      const q = posterior({ from: { t, alphaBar: now }, to: { t: t - 1, alphaBar: before } });
      expect(q.x0Coefficient).toBeCloseTo((Math.sqrt(before) * beta) / (1 - now), 12);
      expect(q.xtCoefficient).toBeCloseTo((Math.sqrt(1 - beta) * (1 - before)) / (1 - now), 12);
      expect(q.variance).toBeCloseTo(((1 - before) / (1 - now)) * beta, 12);
      expect(q.varianceLarge).toBeCloseTo(beta, 12);
    }
  });

  it('has variances that bound each other and stay finite at both ends', () => {
    holds(
      fc.property(anyPair, (pair) => {
        const q = posterior(pair);
        for (const value of Object.values(q)) expect(value).toBeGreaterThanOrEqual(0);
        expect(q.variance).toBeLessThanOrEqual(q.varianceLarge);
        expect(Object.values(q).every(Number.isFinite)).toBe(true);
      }),
    );
  });

  it('is certain of x0 on the way to the clean level', () => {
    const schedule = makeSchedule(defaultSchedules.cosine);
    const { varianceLarge, ...q } = posterior({ from: levelAt(schedule, 300), to: levelAt(schedule, 0) });
    expect(q.x0Coefficient).toBeCloseTo(1, 14);
    expect([q.xtCoefficient, q.variance]).toEqual([0, 0]);
    expect(varianceLarge).toBeGreaterThan(0); // why DDPM must leave the last noise out by a rule of its own
  });
});

describe('the wrong way round is refused', () => {
  const clean = { t: 0, alphaBar: 1 };
  const noisy = { t: 1, alphaBar: 0.5 };
  const noise = { t: 2, alphaBar: 0 };
  it('noise is not taken away by a forward step', () => expectError(() => transition({ from: noisy, to: clean }), 'range'));
  it('pure noise has no next level', () => expectError(() => transition({ from: noise, to: noise }), 'range'));
  it('the posterior goes towards clean', () => expectError(() => posterior({ from: noisy, to: noise }), 'range'));
  it('the clean level has no posterior', () => expectError(() => posterior({ from: clean, to: clean }), 'range'));
});
