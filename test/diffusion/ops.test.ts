import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guide } from '../../src/diffusion/guidance';
import { arrayOps, coefficientOps, float32Ops } from '../../src/diffusion/ops';
import { targetFor, toPrediction } from '../../src/diffusion/parameterization';
import { expectError } from '../support/expectError';
import { holds } from '../support/property';
import { innerLevel } from '../support/schedules';

const x = Float64Array.of(1, -2);
const y = Float64Array.of(10, 20);

describe('lincomb', () => {
  it('of one term with weight 1 is that term, as a new value', () => {
    for (const ops of [arrayOps, float32Ops]) {
      const one = ops === arrayOps ? x : Float32Array.from(x);
      const copy = (ops.lincomb as (terms: [number, typeof one][]) => typeof one)([[1, one]]);
      expect(copy).toEqual(one);
      expect(copy).not.toBe(one);
    }
  });

  it('is a weighted sum', () => expect(arrayOps.lincomb([[2, x], [0.5, y]])).toEqual(Float64Array.of(7, 6))); // prettier-ignore

  it('refuses arrays of different lengths', () => {
    expectError(() => arrayOps.lincomb([[1, x], [1, Float64Array.of(1)]]), 'shape'); // prettier-ignore
  });

  it('does to coefficients what it does to what they stand for', () => {
    const record = fc.record({ x: fc.double({ min: -3, max: 3, noNaN: true }), y: fc.double({ min: -3, max: 3, noNaN: true }) });
    const weight = fc.double({ min: -3, max: 3, noNaN: true });
    const meaning = (make: Readonly<Record<string, number>>): Float64Array => arrayOps.lincomb([[make['x'] ?? 0, x], [make['y'] ?? 0, y]]); // prettier-ignore
    holds(
      fc.property(record, record, weight, weight, (p, q, a, b) => {
        const direct = arrayOps.lincomb([[a, meaning(p)], [b, meaning(q)]]); // prettier-ignore
        const symbolic = meaning(coefficientOps.lincomb([[a, p], [b, q]])); // prettier-ignore
        symbolic.forEach((value, i) => expect(value).toBeCloseTo(direct[i] ?? NaN, 9));
      }),
    );
  });

  it('keeps the terms that the other record lacks', () => {
    expect(coefficientOps.lincomb([[2, { x: 1 }], [3, { x: 1, y: 1 }]])).toEqual({ x: 5, y: 3 }); // prettier-ignore
  });
});

describe('clamp', () => {
  it('limits both ways', () => expect(arrayOps.clamp(Float64Array.of(-3, 0.5, 3), -1, 1)).toEqual(Float64Array.of(-1, 0.5, 1)));
  it('has no coefficients', () => expectError(() => coefficientOps.clamp({ x: 1 }, -1, 1), 'internal'));
});

describe('guide', () => {
  const at = (scale: number): Float64Array => guide({ uncond: x, cond: y, scale, ops: arrayOps });
  it('is unconditional at scale 0 and conditional at scale 1', () => {
    expect(at(0)).toEqual(x);
    expect(at(1)).toEqual(y);
  });
  it('goes as far beyond at scale 2', () => expect(at(2)).toEqual(Float64Array.of(19, 42)));

  it('may be done on any output: guided eps, read as x0, is guided x0', () => {
    const number = fc.double({ min: -3, max: 3, noNaN: true });
    holds(
      fc.property(
        number,
        number,
        number,
        innerLevel,
        fc.double({ min: 0, max: 8, noNaN: true }),
        (xt, uncond, cond, level, scale) => {
          const xtArray = Float64Array.of(xt);
          const read = (eps: Float64Array): Float64Array =>
            toPrediction({ type: 'epsilon', output: eps, xt: xtArray, level, ops: arrayOps }).x0;
          const onEps = read(guide({ uncond: Float64Array.of(uncond), cond: Float64Array.of(cond), scale, ops: arrayOps }));
          const onX0 = guide({ uncond: read(Float64Array.of(uncond)), cond: read(Float64Array.of(cond)), scale, ops: arrayOps });
          const toEps = (x0: Float64Array): number =>
            targetFor({
              type: 'epsilon',
              ...toPrediction({ type: 'x0', output: x0, xt: xtArray, level, ops: arrayOps }),
              level,
              ops: arrayOps,
            })[0] ?? NaN;
          expect(toEps(onX0)).toBeCloseTo(toEps(onEps), 6);
        },
      ),
    );
  });
});
