import { expect, it } from 'vitest';
import { stepLines } from '../../lessons/reverse-process/stepLines';
import type { FilmStep } from '../../lessons/reverse-process/filmStep';

/** Two pixels of a DDPM step with round numbers: ᾱ from 0.36, so √ᾱ = 0.6 and √(1 − ᾱ) = 0.8. */
const step: FilmStep = {
  from: { t: 600, alphaBar: 0.36 },
  to: { t: 500, alphaBar: 0.5 },
  xt: Float32Array.of(0, 1.4),
  x0: Float32Array.of(0, 1),
  eps: Float32Array.of(0, 1),
  terms: [
    { symbol: 'x0', coefficient: 0.25, values: Float32Array.of(0, 1) },
    { symbol: 'xt', coefficient: 0.5, values: Float32Array.of(0, 1.4) },
  ],
  mean: Float32Array.of(0, 0.95),
  stepStd: 0.5,
  noise: Float32Array.of(0, -0.5),
  next: Float32Array.of(0, 0.7),
};

it('puts one pixel into the three equations, and each adds up', () => {
  const lines = stepLines(step, 1);
  expect(lines.map(({ symbol }) => symbol)).toEqual(['xₜ', 'μ̃', 'xₛ']);
  for (const { value, terms } of lines) {
    expect(terms.reduce((sum, term) => sum + term.weight * term.value, 0)).toBeCloseTo(value, 6);
  }
  expect(lines[1]?.terms.map(({ symbol, weightSymbol }) => `${weightSymbol}·${symbol}`)).toEqual(['a·x̂₀', 'b·xₜ']);
});

it('has no noise term where the step adds none', () => {
  const [, , last] = stepLines({ ...step, noise: null, stepStd: 0 }, 1);
  expect(last?.words).toBe('No noise is stirred in');
  expect(last?.terms.map(({ symbol }) => symbol)).toEqual(['μ̃']);
});
