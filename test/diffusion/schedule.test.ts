import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defaultSchedules,
  levelAt,
  logSnr,
  makeSchedule,
  scheduleFromAlphasCumprod,
  scheduleFromBetas,
  snr,
  withZeroTerminalSnr,
} from '../../src/diffusion/schedule';
import { expectError } from '../support/expectError';
import { holds } from '../support/property';
import { anyConfig, scaledConfig, scheduleKinds, shortestT } from '../support/schedules';

describe('every schedule', () => {
  it('starts clean and loses signal at every step', () => {
    holds(
      fc.property(anyConfig, (config) => {
        const { T, betas, alphasCumprod } = makeSchedule(config);
        expect(betas).toHaveLength(T + 1);
        expect(alphasCumprod).toHaveLength(T + 1);
        expect([betas[0], alphasCumprod[0]]).toEqual([0, 1]);
        for (let t = 1; t <= T; t += 1) expect(alphasCumprod[t]).toBeLessThan(alphasCumprod[t - 1] ?? 0);
        expect(alphasCumprod[T]).toBeGreaterThanOrEqual(0);
      }),
      30,
    );
  });

  it('ends within 0.5% of pure noise, for every T whose βs are scaled by 1000/T', () => {
    for (const kind of scheduleKinds) {
      for (let T = shortestT; T < 1500; T += 37) {
        const end = makeSchedule(scaledConfig(kind, T)).alphasCumprod[T];
        expect(end, `${kind} of ${T}`).toBeLessThan(0.005);
      }
    }
  });

  it('has ᾱ = Π(1 − β), worked by hand: 0.9, 0.9·0.8, 0.9·0.8·0.7', () => {
    const { alphasCumprod } = scheduleFromBetas([0.1, 0.2, 0.3]);
    [1, 0.9, 0.72, 0.504].forEach((expected, t) => expect(alphasCumprod[t]).toBeCloseTo(expected, 14));
  });

  it('has β = 1 − ᾱₜ/ᾱₜ₋₁: betas and ᾱs say the same', () => {
    holds(
      fc.property(fc.array(fc.double({ min: 1e-6, max: 0.5, noNaN: true }), { minLength: 1, maxLength: 60 }), (betas) => {
        const schedule = scheduleFromBetas(betas);
        betas.forEach((beta, i) => expect(schedule.betas[i + 1]).toBeCloseTo(beta, 12));
        expect(scheduleFromAlphasCumprod(schedule.alphasCumprod.slice(1))).toEqual(schedule);
      }),
    );
  });
});

describe('the kinds', () => {
  const at = (kind: (typeof scheduleKinds)[number], t: number): number => makeSchedule(defaultSchedules[kind]).betas[t] ?? NaN;

  it('linear goes in equal steps from β₁ to β_T', () => {
    expect(at('linear', 1)).toBeCloseTo(1e-4, 12);
    expect(at('linear', 1000)).toBeCloseTo(0.02, 12);
    expect(at('linear', 500) - at('linear', 499)).toBeCloseTo((0.02 - 1e-4) / 999, 12);
  });

  it('scaledLinear goes in equal steps of √β', () => {
    const root = (t: number): number => Math.sqrt(at('scaledLinear', t));
    expect(at('scaledLinear', 1)).toBeCloseTo(0.00085, 12);
    expect(at('scaledLinear', 1000)).toBeCloseTo(0.012, 12);
    expect(root(500) - root(499)).toBeCloseTo((Math.sqrt(0.012) - Math.sqrt(0.00085)) / 999, 12);
  });

  it('cosine follows cos² until the cap of 0.999, which holds at the last step alone', () => {
    const { betas, alphasCumprod } = makeSchedule(defaultSchedules.cosine);
    const f = (share: number): number => Math.cos(((share + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
    for (const t of [1, 250, 500, 999]) expect(alphasCumprod[t]).toBeCloseTo(f(t / 1000) / f(0), 12);
    expect(betas[1000]).toBeCloseTo(0.999, 12);
    expect(betas[999]).toBeLessThan(0.999);
  });

  it('sigmoid is σ(−6…6) between β₁ and β_T, steepest and half-way in the middle', () => {
    const tails = 1 / (1 + Math.exp(6)); // σ(−6) = 1 − σ(6)
    expect(at('sigmoid', 1)).toBeCloseTo(1e-4 + (0.02 - 1e-4) * tails, 12);
    expect(at('sigmoid', 1000)).toBeCloseTo(0.02 - (0.02 - 1e-4) * tails, 12);
    expect((at('sigmoid', 500) + at('sigmoid', 501)) / 2).toBeCloseTo((0.02 + 1e-4) / 2, 12);
  });

  it('of length 1 has β₁ alone', () => {
    expect(makeSchedule({ ...defaultSchedules.linear, T: 1 }).betas[1]).toBeCloseTo(1e-4, 12);
  });
});

describe('zero terminal SNR', () => {
  it.each(scheduleKinds)('%s: ᾱ_T becomes 0, ᾱ₁ stays, √ᾱ is rescaled evenly in between', (kind) => {
    const before = makeSchedule(defaultSchedules[kind]);
    const after = withZeroTerminalSnr(before);
    expect(after.alphasCumprod[1000]).toBe(0);
    expect(after.betas[1000]).toBe(1);
    expect(after.alphasCumprod[1]).toBeCloseTo(before.alphasCumprod[1] ?? NaN, 14);
    const root = (schedule: typeof before, t: number): number => Math.sqrt(schedule.alphasCumprod[t] ?? NaN);
    const stretch = (s: number, t: number): number => (root(after, s) - root(after, t)) / (root(before, s) - root(before, t));
    expect(stretch(10, 400)).toBeCloseTo(stretch(400, 990), 8);
    expect(makeSchedule({ ...defaultSchedules[kind], zeroTerminalSnr: true })).toEqual(after);
  });

  it('needs two levels to have a first and a last', () => {
    expectError(() => makeSchedule({ ...defaultSchedules.linear, T: 1, zeroTerminalSnr: true }), 'range');
  });
});

describe('snr and logSnr', () => {
  it('are ᾱ/(1 − ᾱ) and its natural logarithm', () => {
    expect(snr(0.8)).toBeCloseTo(4, 12);
    expect(logSnr(0.8)).toBeCloseTo(Math.log(4), 12);
    holds(
      fc.property(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), (alphaBar) => {
        expect(logSnr(alphaBar)).toBeCloseTo(Math.log(snr(alphaBar)), 6);
      }),
    );
  });

  it('reach infinity when clean, and nothing when no signal is left', () => {
    expect([snr(1), logSnr(1), snr(0), logSnr(0)]).toEqual([Infinity, Infinity, 0, -Infinity]);
  });

  it.each([-0.1, 1.1, NaN])('refuse ᾱ = %s', (alphaBar) => {
    expectError(() => snr(alphaBar), 'range');
    expectError(() => logSnr(alphaBar), 'range');
  });
});

describe('bad input is refused, with what was got', () => {
  it.each([0, -5, 2.5, NaN, 1e6])('T = %s', (T) => {
    expect(expectError(() => makeSchedule({ ...defaultSchedules.cosine, T }), 'range').message).toContain(String(T));
  });

  it.each([
    ['betaStart', 0],
    ['betaStart', -1e-4],
    ['betaEnd', 1],
    ['betaEnd', NaN],
  ] as const)('%s = %s', (field, value) => {
    for (const kind of ['linear', 'scaledLinear', 'sigmoid'] as const) {
      expectError(() => makeSchedule({ ...defaultSchedules[kind], [field]: value }), 'range');
    }
  });

  it.each([[[]], [[0.1, 0]], [[0.1, NaN]], [[1, 0.1]], [[0.1, 1.5]], [new Array<number>(60).fill(1 - 1e-9)]])(
    'βs %j',
    (betas) => {
      expectError(() => scheduleFromBetas(betas), 'range');
    },
  );

  it.each([[[]], [[1]], [[0.5, 0.5]], [[0.5, 0.6]], [[0, 0]], [[0.5, -0.1]], [[0.5, NaN]]])('ᾱs %j', (values) => {
    expectError(() => scheduleFromAlphasCumprod(values), 'range');
  });

  it.each([-1, 1001, 0.5, NaN])('t = %s', (t) => {
    expect(expectError(() => levelAt(makeSchedule(defaultSchedules.linear), t), 'range').message).toContain(String(t));
  });

  it('the two ends of what is allowed are allowed', () => {
    const schedule = scheduleFromBetas([0.5, 1]);
    expect([levelAt(schedule, 0), levelAt(schedule, 2)]).toEqual([
      { t: 0, alphaBar: 1 },
      { t: 2, alphaBar: 0 },
    ]);
  });
});
