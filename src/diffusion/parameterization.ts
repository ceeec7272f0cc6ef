/**
 * Four things a network may output, and they say the same: with xt = √ᾱ·x0 + √(1 − ᾱ)·eps known, any of them gives the
 * others. ε: Ho et al. 2020 (arXiv:2006.11239) eq. 15; v: Salimans & Ho 2022 (arXiv:2202.00512) section 4 and appendix D;
 * score ∇log q(xt): Song et al. 2021 (arXiv:2011.13456). Losses differ between them, predictions do not.
 */
import type { NoiseLevel, Prediction, PredictionType, VectorOps } from './types';

export type Parameterization = PredictionType | 'score';

/** A quantity as weights of the noised picture and of the network's output. */
interface Reading {
  readonly xt: number;
  readonly output: number;
}

interface Row {
  /** How x0 and eps follow from xt and the output. */
  readonly x0: (signal: number, noise: number) => Reading;
  readonly eps: (signal: number, noise: number) => Reading;
  /** What the output should be, in x0 and eps: the target of training. */
  readonly target: (signal: number, noise: number) => { readonly x0: number; readonly eps: number };
}

/**
 * The one table. signal = √ᾱ, noise = √(1 − ᾱ), and signal² + noise² = 1.
 * Where a quotient has no value the smallest finite answer stands: at ᾱ = 0 the noise tells nothing of x0, which becomes
 * 0 (mid-grey); at ᾱ = 1 the picture tells nothing of the noise, which becomes 0.
 */
export const parameterizations: Readonly<Record<Parameterization, Row>> = {
  epsilon: {
    x0: (signal, noise) => ({ xt: reciprocal(signal), output: -noise * reciprocal(signal) }),
    eps: (signal) => (signal > 0 ? { xt: 0, output: 1 } : { xt: 1, output: 0 }), // at ᾱ = 0 xt is the noise
    target: () => ({ x0: 0, eps: 1 }),
  },
  x0: {
    x0: () => ({ xt: 0, output: 1 }),
    eps: (signal, noise) => ({ xt: reciprocal(noise), output: -signal * reciprocal(noise) }),
    target: () => ({ x0: 1, eps: 0 }),
  },
  v: {
    x0: (signal, noise) => ({ xt: signal, output: -noise }),
    eps: (signal, noise) => ({ xt: noise, output: signal }),
    target: (signal, noise) => ({ x0: -noise, eps: signal }),
  },
  score: {
    x0: (signal, noise) => ({ xt: reciprocal(signal), output: noise * noise * reciprocal(signal) }),
    eps: (signal, noise) => (signal > 0 ? { xt: 0, output: -noise } : { xt: 1, output: 0 }),
    target: (_, noise) => ({ x0: 0, eps: -reciprocal(noise) }),
  },
};

export interface Clip {
  readonly min: number;
  readonly max: number;
}

/** Pixels live in [−1, 1]. */
export const pixelClip: Clip = { min: -1, max: 1 };

export interface Output<X> {
  readonly type: Parameterization;
  readonly output: X;
  readonly xt: X;
  readonly level: NoiseLevel;
  readonly ops: VectorOps<X>;
  /**
   * Limits x0; eps is then derived from the limited x0, so that xt = √ᾱ·x0 + √(1 − ᾱ)·eps still holds. (diffusers'
   * DDIM does so with use_clipped_model_output only.)
   */
  readonly clip?: Clip | undefined;
}

/** What the network believes, from whatever it was trained to say. Both values are new ones. */
export function toPrediction<X>({ type, output, xt, level, ops, clip }: Output<X>): Prediction<X> {
  const [signal, noise] = weights(level);
  const read = (row: Reading, from: X): X => combine(ops, row.xt, xt, row.output, from);
  const x0 = read(parameterizations[type].x0(signal, noise), output);
  if (clip === undefined) return { x0, eps: read(parameterizations[type].eps(signal, noise), output) };
  const limited = ops.clamp(x0, clip.min, clip.max);
  return { x0: limited, eps: read(parameterizations.x0.eps(signal, noise), limited) };
}

export interface Truth<X> {
  readonly type: Parameterization;
  readonly x0: X;
  readonly eps: X;
  readonly level: NoiseLevel;
  readonly ops: VectorOps<X>;
}

/** What a network of this type should have said; also turns a prediction into any other type. */
export function targetFor<X>({ type, x0, eps, level, ops }: Truth<X>): X {
  const target = parameterizations[type].target(...weights(level));
  return combine(ops, target.x0, x0, target.eps, eps);
}

function weights({ alphaBar }: NoiseLevel): [signal: number, noise: number] {
  return [Math.sqrt(alphaBar), Math.sqrt(1 - alphaBar)];
}

/** a·x + b·y without the terms of weight 0, which on tensors would cost an operation each. */
function combine<X>(ops: VectorOps<X>, a: number, x: X, b: number, y: X): X {
  if (a === 0) return ops.lincomb([[b, y]]);
  if (b === 0) return ops.lincomb([[a, x]]);
  return ops.lincomb([
    [a, x],
    [b, y],
  ]);
}

function reciprocal(x: number): number {
  return x === 0 ? 0 : 1 / x;
}
