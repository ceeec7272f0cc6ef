/**
 * A sampler's own formula, step by step: run on coefficients instead of pictures, it says how much of xt, of the predicted
 * x0 and eps, and of fresh noise goes into the next x.
 */
import { AppError } from '../base/errors';
import { coefficientOps, type Coefficients } from './ops';
import type { Sampler, SamplerValues } from './samplers/define';
import type { NoiseLevel } from './types';

export type CarrierSymbol = 'xt' | 'x0' | 'eps' | 'noise';

/** Weights of one step; a quantity that the step does not use has 0. */
export type StepCoefficients = Readonly<Record<CarrierSymbol, number>>;

export interface StepRow {
  readonly from: NoiseLevel;
  readonly to: NoiseLevel;
  readonly coefficients: StepCoefficients;
}

export interface StepTableRequest {
  readonly sampler: Sampler;
  readonly values: SamplerValues;
  readonly levels: readonly NoiseLevel[];
}

/**
 * One row a step, in the form in which the sampler computes it.
 * @throws range, for settings that the sampler does not take
 * @throws internal, for a sampler that asks the network twice in a step: its second answer is no multiple of the first
 */
export function stepTable({ sampler, values, levels }: StepTableRequest): readonly StepRow[] {
  const step = sampler.start(values);
  return levels.slice(1).map((to, i) => {
    const from = levels[i] ?? to;
    let calls = 0;
    const result = step<Coefficients>({
      x: { xt: 1 },
      from,
      to,
      denoise: () => {
        calls += 1;
        if (calls > 1) throw new AppError('internal', `${sampler.label} asks the network more than once a step.`);
        return { x0: { x0: 1 }, eps: { eps: 1 } };
      },
      noise: () => ({ noise: 1 }),
      ops: coefficientOps,
    });
    return { from, to, coefficients: complete(result) };
  });
}

/** The same step without one of the three: xt = √ᾱ·x0 + √(1 − ᾱ)·eps ties them together. */
export type EliminatedSymbol = 'xt' | 'x0' | 'eps';

/**
 * Rewrites a row so that samplers can be set side by side: DDPM is written in xt and x0, DDIM in x0 and eps.
 * @throws range, where the quantity does not follow from the other two (x0 from pure noise)
 */
export function without(symbol: EliminatedSymbol, { from, coefficients }: StepRow): StepCoefficients {
  const signal = Math.sqrt(from.alphaBar);
  const noise = Math.sqrt(1 - from.alphaBar);
  const replacement: Readonly<Record<EliminatedSymbol, Coefficients>> = {
    xt: { x0: signal, eps: noise },
    x0: { xt: 1 / signal, eps: -noise / signal },
    eps: { xt: 1 / noise, x0: -signal / noise },
  };
  const chosen = replacement[symbol];
  if (!Object.values(chosen).every(Number.isFinite)) {
    throw new AppError('range', `At ᾱ = ${from.alphaBar} nothing else says what ${symbol} is.`);
  }
  const terms = Object.entries(coefficients).map(([name, weight]) => [weight, name === symbol ? chosen : { [name]: 1 }] as const);
  return { ...complete(coefficientOps.lincomb(terms)), [symbol]: 0 };
}

function complete(coefficients: Coefficients): StepCoefficients {
  const { xt = 0, x0 = 0, eps = 0, noise = 0 } = coefficients;
  return { xt, x0, eps, noise };
}
