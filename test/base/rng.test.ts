import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/base/rng';

/** Sample moments. Their standard errors for n normals: mean 1/√n, deviation 1/√(2n), skew √(6/n), kurtosis √(24/n). */
function moments(values: ArrayLike<number>): { mean: number; std: number; skew: number; kurtosis: number } {
  const n = values.length;
  const average = (f: (value: number) => number): number => Array.from(values, f).reduce((sum, each) => sum + each, 0) / n;
  const mean = average((value) => value);
  const std = Math.sqrt(average((value) => (value - mean) ** 2));
  return {
    mean,
    std,
    skew: average((value) => ((value - mean) / std) ** 3),
    kurtosis: average((value) => ((value - mean) / std) ** 4) - 3,
  };
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  const first = moments(a);
  const second = moments(b);
  let sum = 0;
  for (let i = 0; i < n; i += 1) sum += ((a[i] ?? 0) - first.mean) * ((b[i] ?? 0) - second.mean);
  return sum / n / first.std / second.std;
}

const n = 100_000;
const standardErrors = 4; // one false alarm in 16,000, and the seed is fixed

describe('normal', () => {
  const { mean, std, skew, kurtosis } = moments(createRng(1, 'normals').normals(n));

  it('has mean 0', () => expect(Math.abs(mean)).toBeLessThan(standardErrors / Math.sqrt(n)));
  it('has deviation 1', () => expect(Math.abs(std - 1)).toBeLessThan(standardErrors / Math.sqrt(2 * n)));
  it('has skew 0', () => expect(Math.abs(skew)).toBeLessThan(standardErrors * Math.sqrt(6 / n)));
  it('has no excess kurtosis', () => expect(Math.abs(kurtosis)).toBeLessThan(standardErrors * Math.sqrt(24 / n)));

  it('has the tails of a Gaussian: 4.55% beyond two deviations', () => {
    const share =
      createRng(2)
        .normals(n)
        .filter((value) => Math.abs(value) > 2).length / n;
    const expected = 0.0455;
    expect(Math.abs(share - expected)).toBeLessThan(standardErrors * Math.sqrt((expected * (1 - expected)) / n));
  });

  it('does not repeat itself from one draw to the next', () => {
    const values = createRng(3).normals(n + 1);
    expect(Math.abs(correlation(values.subarray(0, n), values.subarray(1)))).toBeLessThan(standardErrors / Math.sqrt(n));
  });
});

describe('uniform and int', () => {
  it('fill ten equal bins evenly (χ² with 9 degrees of freedom: 27.9 at one in a thousand)', () => {
    for (const draw of ['uniform', 'int'] as const) {
      const rng = createRng(4, draw);
      const bins = new Array<number>(10).fill(0);
      for (let i = 0; i < n; i += 1) {
        const bin = draw === 'uniform' ? Math.floor(rng.uniform() * 10) : rng.int(10);
        bins[bin] = (bins[bin] ?? 0) + 1;
      }
      expect(bins).toHaveLength(10); // nothing fell outside
      const chiSquared = bins.reduce((sum, count) => sum + (count - n / 10) ** 2 / (n / 10), 0);
      expect(chiSquared).toBeLessThan(27.9);
    }
  });
});

describe('permutation', () => {
  it('has every number once', () => {
    const order = createRng(5).permutation(1000);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });

  it('is equally likely to be any of the six orders of three (χ² with 5 degrees of freedom: 20.5 at one in a thousand)', () => {
    const rng = createRng(6);
    const draws = 6000;
    const counts = new Map<string, number>();
    for (let i = 0; i < draws; i += 1) {
      const key = rng.permutation(3).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - draws / 6) ** 2 / (draws / 6), 0);
    expect(chiSquared).toBeLessThan(20.5);
  });
});

describe('seeds and forks', () => {
  it('repeat: the same seed and path give the same numbers', () => {
    expect(createRng(7, 'a', 1).normals(50)).toEqual(createRng(7, 'a', 1).normals(50));
  });

  it('keep their sequence from one release to the next, since saved runs depend on it', () => {
    const rng = createRng(7);
    expect(Array.from({ length: 4 }, () => Math.floor(rng.uniform() * 2 ** 32))).toMatchInlineSnapshot(`
      [
        1101988043,
        880122795,
        1576042112,
        3133431003,
      ]
    `);
  });

  it('do not depend on what was drawn before the fork', () => {
    const fresh = createRng(8);
    const used = createRng(8);
    used.normals(1001);
    used.uniform();
    expect(used.fork('noise', 3).normals(20)).toEqual(fresh.fork('noise', 3).normals(20));
  });

  it('do not disturb the generator that they come from', () => {
    const alone = createRng(9);
    const forking = createRng(9);
    forking.fork('a').normals(10);
    expect(forking.normals(20)).toEqual(alone.normals(20));
  });

  it('are the same in one go and in two', () => {
    expect(createRng(10).fork('a').fork('b').uniform()).toBe(createRng(10).fork('a', 'b').uniform());
  });

  it.each([
    ['parent and child', createRng(11), createRng(11).fork('child')],
    ['siblings', createRng(11).fork('step', 1), createRng(11).fork('step', 2)],
    ['neighbouring seeds', createRng(11), createRng(12)],
  ])('are independent: %s are uncorrelated', (_, a, b) => {
    expect(Math.abs(correlation(a.normals(n), b.normals(n)))).toBeLessThan(standardErrors / Math.sqrt(n));
  });

  it('first draws of a thousand siblings are spread evenly', () => {
    const firsts = Array.from({ length: 1000 }, (_, i) => createRng(13).fork('step', i).uniform());
    const { mean, std } = moments(firsts);
    expect(Math.abs(mean - 0.5)).toBeLessThan((standardErrors * Math.sqrt(1 / 12)) / Math.sqrt(1000));
    // the variance of u has standard error √((1/180)/n), which is √(1/180)/(2·√(1/12)) for the deviation
    expect(Math.abs(std - Math.sqrt(1 / 12))).toBeLessThan(
      (standardErrors * Math.sqrt(1 / 180)) / (2 * Math.sqrt(1 / 12)) / Math.sqrt(1000),
    );
  });
});
