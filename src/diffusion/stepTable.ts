/**
 * A sampler's own formula, step by step: run on coefficients instead of pictures, it says how much of xt, of the predicted
 * x0 and eps, of earlier predictions and of fresh noise goes into the next x.
 */
import { AppError } from '../base/errors';
import { coefficientOps, type Coefficients } from './ops';
import type { Sampler, SamplerValues } from './samplers/define';
import type { NoiseLevel, PastPrediction, Prediction } from './types';

/**
 * xt, and x0 and eps as the network predicts them there; `again`: what it says when it is asked again in the same step,
 * elsewhere; `history`: what it said in earlier steps.
 */
export type CarrierSymbol = 'xt' | 'x0' | 'eps' | 'noise' | 'again' | 'history';

/**
 * Weights of one step; a quantity that the step does not use has 0. Of several noises, which are independent, it is the
 * standard deviation of their sum. `again` and `history` are sums over all that StepRow lists one by one.
 */
export type StepCoefficients = Readonly<Record<CarrierSymbol, number>>;

/** Weights of the two halves of a prediction. */
export interface PredictionWeights {
  readonly x0: number;
  readonly eps: number;
}

export interface StepRow {
  readonly from: NoiseLevel;
  readonly to: NoiseLevel;
  readonly coefficients: StepCoefficients;
  /** Of the second answer, the third …; empty for a sampler that asks once a step. */
  readonly again: readonly PredictionWeights[];
  /** Of the prediction one step ago, two steps ago …; empty for a sampler that reads none, and at the start of a walk. */
  readonly history: readonly PredictionWeights[];
}

export interface StepTableRequest {
  readonly sampler: Sampler;
  readonly values: SamplerValues;
  /** From the start of a walk on: what a multistep sampler does depends on how many levels lie behind it. */
  readonly levels: readonly NoiseLevel[];
}

/**
 * One row a step, in the form in which the sampler computes it.
 * @throws range, for settings that the sampler does not take
 */
export function stepTable({ sampler, values, levels }: StepTableRequest): readonly StepRow[] {
  const step = sampler.start(values);
  return levels.slice(1).map((to, i) => {
    const from = levels[i] ?? to;
    const past = levels.slice(Math.max(i - (sampler.history ?? 0), 0), i).reverse();
    let answers = 0;
    let draws = 0;
    const result = step<Coefficients>({
      x: { xt: 1 },
      from,
      to,
      denoise: () => symbols((answers += 1) === 1 ? '' : `again${answers - 1}`),
      noise: () => ({ [`noise${(draws += 1)}`]: 1 }),
      ops: coefficientOps,
      history: past.map((level, age): PastPrediction<Coefficients> => ({ level, prediction: symbols(`history${age + 1}`) })),
    });
    const weightsOf = (kind: string, count: number): readonly PredictionWeights[] =>
      Array.from({ length: count }, (_, k) => ({ x0: result[`x0${kind}${k + 1}`] ?? 0, eps: result[`eps${kind}${k + 1}`] ?? 0 }));
    const again = weightsOf('again', Math.max(answers - 1, 0));
    const history = weightsOf('history', past.length);
    const noises = Array.from({ length: draws }, (_, k) => result[`noise${k + 1}`] ?? 0);
    const coefficients = complete({ ...result, noise: Math.hypot(...noises), again: total(again), history: total(history) });
    return { from, to, coefficients, again, history };
  });
}

/** A prediction that is known by name only. */
function symbols(name: string): Prediction<Coefficients> {
  return { x0: { [`x0${name}`]: 1 }, eps: { [`eps${name}`]: 1 } };
}

function total(weights: readonly PredictionWeights[]): number {
  return weights.reduce((sum, { x0, eps }) => sum + x0 + eps, 0);
}

/** The same step without one of the three: xt = √ᾱ·x0 + √(1 − ᾱ)·eps ties them together. */
export type EliminatedSymbol = 'xt' | 'x0' | 'eps';

/**
 * Rewrites a row so that samplers can be set side by side: DDPM is written in xt and x0, DDIM in x0 and eps. Other
 * answers of the network belong to other pictures; their weights stay as they are.
 * @throws range, where the quantity does not follow from the other two (x0 from pure noise)
 */
export function without(
  symbol: EliminatedSymbol,
  { from, coefficients }: Pick<StepRow, 'from' | 'coefficients'>,
): StepCoefficients {
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
  const { xt = 0, x0 = 0, eps = 0, noise = 0, again = 0, history = 0 } = coefficients;
  return { xt, x0, eps, noise, again, history };
}
