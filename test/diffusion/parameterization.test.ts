import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffuse } from '../../src/diffusion/forward';
import { arrayOps, coefficientOps } from '../../src/diffusion/ops';
import { pixelClip, targetFor, toPrediction, type Parameterization } from '../../src/diffusion/parameterization';
import type { NoiseLevel } from '../../src/diffusion/types';
import { holds } from '../support/property';
import { innerLevel } from '../support/schedules';

const types: readonly Parameterization[] = ['epsilon', 'x0', 'v', 'score'];
const ops = arrayOps;
const picture = fc
  .array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 3, maxLength: 3 })
  .map((values) => Float64Array.from(values));

function expectClose(got: Float64Array, expected: ArrayLike<number>): void {
  expect(got).toHaveLength(expected.length);
  got.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 8));
}

describe('round trips', () => {
  it.each(types)('x0 and eps → %s → x0 and eps', (type) => {
    holds(
      fc.property(picture, picture, innerLevel, (x0, eps, level) => {
        const xt = diffuse({ x0, eps, level, ops });
        const output = targetFor({ type, x0, eps, level, ops });
        const prediction = toPrediction({ type, output, xt, level, ops });
        expectClose(prediction.x0, x0);
        expectClose(prediction.eps, eps);
      }),
    );
  });

  it.each(types.flatMap((a) => types.filter((b) => b !== a).map((b) => [a, b] as const)))(
    'an output as %s → %s → back',
    (a, b) => {
      holds(
        fc.property(picture, picture, innerLevel, (output, xt, level) => {
          const first = toPrediction({ type: a, output, xt, level, ops });
          const other = targetFor({ type: b, ...first, level, ops });
          const second = toPrediction({ type: b, output: other, xt, level, ops });
          expectClose(targetFor({ type: a, ...second, level, ops }), output);
        }),
      );
    },
  );

  it.each(types)('whatever a network of type %s says, x0 and eps belong to its xt', (type) => {
    holds(
      fc.property(picture, picture, innerLevel, fc.boolean(), (output, xt, level, isClipped) => {
        const { x0, eps } = toPrediction({ type, output, xt, level, ops, clip: isClipped ? pixelClip : undefined });
        expectClose(diffuse({ x0, eps, level, ops }), xt);
      }),
    );
  });
});

describe('by hand, at ᾱ = 0.64 (signal 0.8, noise 0.6), x0 = 1 and eps = 2: xt = 2', () => {
  const level = { t: 1, alphaBar: 0.64 };
  // v = 0.8·2 − 0.6·1; score = −2/0.6
  it.each([
    ['epsilon', 2],
    ['x0', 1],
    ['v', 1],
    ['score', -2 / 0.6],
  ] as const)('%s is %d', (type, expected) => {
    expectClose(targetFor({ type, x0: Float64Array.of(1), eps: Float64Array.of(2), level, ops }), [expected]);
  });

  it('the score is the slope of log q(xt|x0): −(xt − signal·x0)/noise²', () => {
    const logDensity = (xt: number): number => -((xt - 0.8) ** 2) / (2 * 0.36);
    const h = 1e-5;
    const slope = (logDensity(2 + h) - logDensity(2 - h)) / (2 * h);
    expectClose(targetFor({ type: 'score', x0: Float64Array.of(1), eps: Float64Array.of(2), level, ops }), [slope]);
  });
});

describe('clipping', () => {
  const level = { t: 1, alphaBar: 0.64 };
  it('limits x0 and takes the rest for noise', () => {
    // x0 = 3 is limited to 1, so eps = (xt − 0.8·1)/0.6 = (3 − 0.8)/0.6
    const { x0, eps } = toPrediction({
      type: 'x0',
      output: Float64Array.of(3, 0.5),
      xt: Float64Array.of(3, 0.4),
      level,
      ops,
      clip: pixelClip,
    });
    expectClose(x0, [1, 0.5]);
    expectClose(eps, [2.2 / 0.6, 0]);
  });

  it('changes nothing that lies within', () => {
    holds(
      fc.property(picture, picture, innerLevel, (values, eps, level) => {
        const x0 = ops.clamp(values, -1, 1);
        const xt = diffuse({ x0, eps, level, ops });
        const clipped = toPrediction({ type: 'epsilon', output: eps, xt, level, ops, clip: { min: -1.001, max: 1.001 } });
        expectClose(clipped.x0, x0);
        expectClose(clipped.eps, eps);
      }),
    );
  });
});

describe('at the ends of the schedule', () => {
  const ends: readonly NoiseLevel[] = [
    { t: 0, alphaBar: 1 },
    { t: 1, alphaBar: 0 },
  ];

  it.each(types)('%s stays finite, and x0 and eps belong to xt where anything can', (type) => {
    for (const level of ends) {
      const xt = Float64Array.of(0.7, -2);
      for (const clip of [undefined, pixelClip]) {
        const { x0, eps } = toPrediction({ type, output: Float64Array.of(0.7, 0.1), xt, level, ops, clip });
        for (const value of [...x0, ...eps]) expect(value).toSatisfy(Number.isFinite);
        if (level.alphaBar === 0) expectClose(eps, xt); // pure noise is its own noise
      }
      const target = targetFor({ type, x0: Float64Array.of(0.7, 0.1), eps: Float64Array.of(1, -1), level, ops });
      for (const value of target) expect(value).toSatisfy(Number.isFinite);
    }
  });

  it('at ᾱ = 0, v is −x0: the network guesses the picture from nothing (Lin et al. 2023, section 3.2)', () => {
    const level = { t: 1, alphaBar: 0 };
    expect(targetFor({ type: 'v', x0: { x0: 1 }, eps: { eps: 1 }, level, ops: coefficientOps })).toMatchObject({ x0: -1 });
    const { x0 } = toPrediction({ type: 'v', output: Float64Array.of(-0.3), xt: Float64Array.of(2), level, ops });
    expectClose(x0, [0.3]);
  });
});
