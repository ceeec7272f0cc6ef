import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/base/rng';
import { drawFromMixture, mixtureDenoiser, mixtureMoments, responsibilities, type Mixture } from '../../src/diffusion/mixture';
import { arrayOps } from '../../src/diffusion/ops';
import { expectError } from '../support/expectError';
import { gaussianDenoiser } from '../support/gaussianDenoiser';

const line: Mixture = [
  { weight: 1, mean: [-1], std: 0.2 },
  { weight: 3, mean: [0.5], std: 0.4 },
];
const plane: Mixture = [
  { weight: 2, mean: [-1, 0.5], std: 0.2 },
  { weight: 1, mean: [1, -0.5], std: 0.3 },
];
const level = { t: 1, alphaBar: 0.6 };

/** N(x; mean, variance). */
const density = (x: number, mean: number, variance: number): number =>
  Math.exp(-((x - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);

/** Density of xt at a level, up to the sum of the weights. */
function noisedDensity(mixture: Mixture, alphaBar: number, point: readonly number[]): number {
  return mixture.reduce((sum, { weight, mean, std }) => {
    const variance = alphaBar * std ** 2 + 1 - alphaBar;
    return (
      sum +
      weight * point.reduce((product, x, axis) => product * density(x, Math.sqrt(alphaBar) * (mean[axis] ?? 0), variance), 1)
    );
  }, 0);
}

describe('the best denoiser of a mixture', () => {
  it('is the Gaussian’s when there is one component', () => {
    const xt = Float64Array.of(-1.3, 0, 0.4, 2);
    const ours = mixtureDenoiser([{ weight: 5, mean: [0.7], std: 0.3 }])(xt, level);
    const theirs = gaussianDenoiser({ mean: 0.7, std: 0.3 }, arrayOps, new Float64Array(4).fill(1))(xt, level);
    ours.x0.forEach((value, i) => expect(value).toBeCloseTo(theirs.x0[i] ?? NaN, 12));
    ours.eps.forEach((value, i) => expect(value).toBeCloseTo(theirs.eps[i] ?? NaN, 12));
  });

  it('is the mean of x0 under Bayes’ rule, summed over a fine grid', () => {
    for (const xt of [-1.5, -0.4, 0, 0.3, 1]) {
      let [total, moment] = [0, 0];
      for (let x0 = -4; x0 <= 4; x0 += 0.001) {
        const prior = line.reduce((sum, { weight, mean, std }) => sum + weight * density(x0, mean[0] ?? 0, std ** 2), 0);
        const joint = prior * density(xt, Math.sqrt(level.alphaBar) * x0, 1 - level.alphaBar);
        total += joint;
        moment += joint * x0;
      }
      expect(mixtureDenoiser(line)(Float64Array.of(xt), level).x0[0]).toBeCloseTo(moment / total, 6);
    }
  });

  it('has in eps the score: −eps/√(1 − ᾱ) is the slope of the log of the density, along both axes', () => {
    const tiny = 1e-5;
    for (const [x, y] of [
      [-0.8, 0.5],
      [0, 0],
      [1.4, -1],
      [0.1, 0.2],
    ] as const) {
      // prettier-ignore
      const { eps } = mixtureDenoiser(plane)(Float64Array.of(x, y), level);
      const log = (a: number, b: number): number => Math.log(noisedDensity(plane, level.alphaBar, [a, b]));
      const slopes = [log(x + tiny, y) - log(x - tiny, y), log(x, y + tiny) - log(x, y - tiny)].map((rise) => rise / (2 * tiny));
      slopes.forEach((slope, axis) => expect(-(eps[axis] ?? NaN) / Math.sqrt(1 - level.alphaBar)).toBeCloseTo(slope, 6));
    }
  });

  it('splits xt into its signal and its noise', () => {
    const xt = Float64Array.of(0.3, -0.2, 1.1, 0.7);
    const { x0, eps } = mixtureDenoiser(plane)(xt, level);
    const joined = arrayOps.lincomb([[Math.sqrt(level.alphaBar), x0], [Math.sqrt(1 - level.alphaBar), eps]]); // prettier-ignore
    joined.forEach((value, i) => expect(value).toBeCloseTo(xt[i] ?? NaN, 12));
  });

  it('takes a clean picture for what it is, and pure noise for the mean of all data', () => {
    const xt = Float64Array.of(0.3, -0.2);
    expect([...mixtureDenoiser(plane)(xt, { t: 0, alphaBar: 1 }).x0]).toEqual([
      expect.closeTo(0.3, 12),
      expect.closeTo(-0.2, 12),
    ]);
    const { mean } = mixtureMoments(plane);
    mixtureDenoiser(plane)(xt, { t: 2, alphaBar: 0 }).x0.forEach((value, i) => expect(value).toBeCloseTo(mean[i] ?? NaN, 12));
  });

  it('is finite far from all the data, where every density is 0 in float64', () => {
    const { x0, eps } = mixtureDenoiser(plane)(Float64Array.of(500, -400), { t: 1, alphaBar: 0.999 });
    expect([...x0, ...eps].every(Number.isFinite)).toBe(true);
  });

  it('says which component a point comes from', () => {
    const [a, b] = responsibilities(line, level, [0.1]);
    const of = (k: number): number => noisedDensity([line[k] ?? { weight: 0, mean: [0], std: 1 }], level.alphaBar, [0.1]);
    expect(a).toBeCloseTo(of(0) / (of(0) + of(1)), 12);
    expect((a ?? 0) + (b ?? 0)).toBeCloseTo(1, 12);
  });
});

describe('its data', () => {
  it('have the mean and the covariance worked out by hand', () => {
    // weights 2/3 and 1/3 of (−1, 0.5) and (1, −0.5): mean (−1/3, 1/6); E[x²] = 1 + (2·0.04 + 0.09)/3
    const { mean, covariance } = mixtureMoments(plane);
    const spread = (2 * 0.04 + 0.09) / 3;
    expect(mean).toEqual([expect.closeTo(-1 / 3, 12), expect.closeTo(1 / 6, 12)]);
    expect(covariance[0]).toEqual([expect.closeTo(1 + spread - 1 / 9, 12), expect.closeTo(-0.5 + 1 / 18, 12)]);
    expect(covariance[1]).toEqual([expect.closeTo(-0.5 + 1 / 18, 12), expect.closeTo(0.25 + spread - 1 / 36, 12)]);
  });

  it('are drawn with them', () => {
    const n = 20_000;
    const points = drawFromMixture(plane, n, createRng(3, 'mixture'));
    expect(points).toHaveLength(2 * n);
    const { mean, covariance } = mixtureMoments(plane);
    for (const axis of [0, 1] as const) {
      const values = points.filter((_, i) => i % 2 === axis);
      const average = values.reduce((sum, value) => sum + value, 0) / n;
      const fourErrors = 4 * Math.sqrt((covariance[axis]?.[axis] ?? NaN) / n);
      expect(Math.abs(average - (mean[axis] ?? NaN))).toBeLessThan(fourErrors);
    }
  });

  it('refuse to be nothing, flat, or of several dimensions at once', () => {
    expectError(() => mixtureDenoiser([]), 'range');
    expectError(() => mixtureDenoiser([{ weight: 0, mean: [1], std: 1 }]), 'range');
    expectError(() => mixtureDenoiser([{ weight: 1, mean: [1], std: 0 }]), 'range');
    expectError(() => mixtureDenoiser([{ weight: 1, mean: [1], std: 1 }, { weight: 1, mean: [1, 2], std: 1 }]), 'shape'); // prettier-ignore
    expectError(() => mixtureDenoiser(plane)(new Float64Array(3), level), 'shape');
  });
});
