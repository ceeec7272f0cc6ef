/**
 * The best anyone could do with a noised picture: which class it is, if the clean one is known to be a member of a finite
 * set, each as likely as the next. With xt = √ᾱ·x0 + √(1−ᾱ)·ε, Bayes' rule gives member x0 the weight
 * exp(−‖xt − √ᾱ·x0‖² / 2(1−ᾱ)); what all members share cancels. Nothing is learned and nothing approximated.
 */
import { AppError } from '../base/errors';

export interface DataPosteriorInput {
  /** xt · x0 for every member x0 of the set. */
  readonly dots: ArrayLike<number>;
  /** ‖x0‖² of every member. */
  readonly squares: ArrayLike<number>;
  /** Class of every member, 0..classes−1. */
  readonly labels: ArrayLike<number>;
  readonly classes: number;
  /** In [0, 1): a clean picture needs no guess. */
  readonly alphaBar: number;
}

/** Log-weights this far below the largest cannot change a sum in float64. */
const negligible = 40;

/**
 * @returns p(class | xt), [classes], summing to 1
 * @throws shape, when the arrays differ in length; range, for an alphaBar outside [0, 1)
 */
export function classPosterior({ dots, squares, labels, classes, alphaBar }: DataPosteriorInput): Float64Array {
  const n = dots.length;
  if (squares.length !== n || labels.length !== n || n === 0) {
    throw new AppError('shape', `${n} products, ${squares.length} squares and ${labels.length} labels do not describe one set.`);
  }
  if (!(alphaBar >= 0 && alphaBar < 1)) throw new AppError('range', `ᾱ must lie in [0, 1); it was ${alphaBar}.`);

  const scale = Math.sqrt(alphaBar) / (1 - alphaBar);
  const shrink = alphaBar / (2 * (1 - alphaBar));
  const logWeight = (i: number): number => scale * (dots[i] ?? 0) - shrink * (squares[i] ?? 0);

  let largest = -Infinity;
  for (let i = 0; i < n; i += 1) largest = Math.max(largest, logWeight(i));

  const posterior = new Float64Array(classes);
  let total = 0;
  for (let i = 0; i < n; i += 1) {
    const below = logWeight(i) - largest;
    if (below < -negligible) continue;
    const weight = Math.exp(below);
    const label = labels[i] ?? 0;
    posterior[label] = (posterior[label] ?? 0) + weight;
    total += weight;
  }
  return posterior.map((weight) => weight / total);
}

/** Index of the largest entry; the first of equals. */
export function mostProbable(posterior: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < posterior.length; i += 1) if ((posterior[i] ?? 0) > (posterior[best] ?? 0)) best = i;
  return best;
}
