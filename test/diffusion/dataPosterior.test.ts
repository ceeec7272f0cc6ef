import { describe, expect, it } from 'vitest';
import { classPosterior, mostProbable } from '../../src/diffusion/dataPosterior';

/** One-dimensional members −1, 1 and 3 of classes 0, 1 and 1. */
const members = [-1, 1, 3];
const set = { squares: members.map((x) => x * x), labels: [0, 1, 1], classes: 2 };
const at = (xt: number, alphaBar: number): Float64Array => classPosterior({ ...set, dots: members.map((x) => x * xt), alphaBar });

describe('classPosterior', () => {
  it('is Bayes’ rule, worked out by hand', () => {
    // ᾱ = 0.5, xt = 0: weights exp(−0.5·x²/(2·0.5)) = e^−0.5, e^−0.5, e^−4.5
    const near = Math.exp(-0.5);
    const far = Math.exp(-4.5);
    const posterior = at(0, 0.5);
    expect(posterior[0]).toBeCloseTo(near / (2 * near + far), 12);
    expect((posterior[0] ?? 0) + (posterior[1] ?? 0)).toBeCloseTo(1, 12);
  });

  it('falls back on how often a class occurs when nothing is left of the picture', () => {
    expect(at(5, 0)[1]).toBeCloseTo(2 / 3, 12);
  });

  it('is certain when hardly any noise is there, without overflowing', () => {
    const alphaBar = 1 - 1e-12;
    expect(at(-1, alphaBar)[0]).toBe(1);
    expect(mostProbable(at(2.9, alphaBar))).toBe(1);
  });

  it('refuses sets that do not fit together, and a clean picture', () => {
    expect(() => classPosterior({ ...set, dots: [1], alphaBar: 0.5 })).toThrow('1 products, 3 squares');
    expect(() => at(0, 1)).toThrow('[0, 1)');
  });
});
