/** Telling a run that has gone wrong from one that merely wobbles. */

/** Share of the old value in the running mean of the loss: it spans about ten steps. */
const smoothing = 0.9;
/** A running mean this many times the best one so far … */
const diverged = 4;
/** … for this many steps in a row is not a bad batch any more: smoothing lets a single one fade within ten. */
const patience = 10;

export interface LossTrend {
  readonly mean: number | null;
  readonly best: number;
  /** Steps in a row with a running mean far above the best. */
  readonly badSteps: number;
}

export const noTrend: LossTrend = { mean: null, best: Infinity, badSteps: 0 };

export function followLoss({ mean, best, badSteps }: LossTrend, loss: number): LossTrend {
  const next = mean === null ? loss : smoothing * mean + (1 - smoothing) * loss;
  return { mean: next, best: Math.min(best, next), badSteps: next > diverged * best ? badSteps + 1 : 0 };
}

/** What is wrong, as a reader would say it; null when nothing is. */
export function symptom(trend: LossTrend, loss: number, gradNorm: number): string | null {
  if (!Number.isFinite(loss)) return 'the loss was no longer a number';
  if (!Number.isFinite(gradNorm)) return 'the gradient was no longer a number';
  if (trend.badSteps >= patience) return `the loss rose to more than ${diverged} times its best value and stayed there`;
  return null;
}
