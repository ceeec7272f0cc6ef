/** From a run's history to what the loss charts take. Plain data. */
import type { Baselines } from '$lib/data/baselines';
import { meanByTime, type TimeBand } from '$lib/draw/byTime';
import type { Point } from '$lib/draw/lossAxes';
import type { PredictionType } from '$lib/diffusion/types';
import type { StepReport } from '$lib/worker/protocol';
import type { QuantityName } from '$lib/ui/quantities';

export type Metric = 'x0' | 'eps' | 'loss';

export interface MetricView {
  readonly name: string;
  readonly quantity: QuantityName;
  readonly baselines: readonly { readonly value: number; readonly name: string }[];
  /** Largest value on a linear axis, and the ends of a logarithmic one. */
  readonly top: number;
  readonly logTop: number;
  readonly logFloor: number;
}

/** How many of the last steps "loss by moment" looks at. */
export const recentSteps = 100;
const timeBands = 10;
/** Room above the highest baseline. */
const headroom = 1.6;

/** The error of the very thing that the network is asked for. */
export function ownMetric(predictionType: PredictionType): Metric {
  return predictionType === 'x0' ? 'x0' : predictionType === 'epsilon' ? 'eps' : 'loss';
}

export function viewOf(metric: Metric, baselines: Baselines, isTold: boolean, points: readonly Point[]): MetricView {
  if (metric === 'x0') {
    return {
      name: 'mean squared error of x̂₀',
      quantity: 'x0',
      baselines: [
        { value: baselines.aboutMean, name: 'knows nothing' },
        ...(isTold ? [{ value: baselines.aboutClassMeans, name: 'told the digit' }] : []),
      ],
      top: headroom * baselines.aboutMean,
      logTop: 1,
      logFloor: 0.05,
    };
  }
  if (metric === 'eps') {
    return {
      name: 'mean squared error of ε̂',
      quantity: 'eps',
      baselines: [{ value: 1, name: 'knows nothing' }],
      top: headroom,
      logTop: 3,
      logFloor: 0.02,
    };
  }
  const top = highest(points);
  return { name: 'what is minimised, weights and all', quantity: 't', baselines: [], top, logTop: top, logFloor: top / 100 };
}

/** A top that a few outliers cannot lift. */
function highest(points: readonly Point[]): number {
  const sorted = points
    .map((point) => point.value)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  return 1.25 * (sorted[Math.floor(sorted.length * 0.95)] ?? 1) || 1;
}

export function pointsOf(
  history: readonly Pick<StepReport, 'step' | 'loss' | 'x0Mse' | 'epsMse'>[],
  metric: Metric,
): readonly Point[] {
  return history.map((report) => ({
    step: report.step,
    value: metric === 'x0' ? report.x0Mse : metric === 'eps' ? report.epsMse : report.loss,
  }));
}

export function bandsOf(
  history: readonly Pick<StepReport, 't' | 'x0Errors' | 'epsErrors'>[],
  which: 'x0' | 'eps',
  T: number,
): readonly TimeBand[] {
  const recent = history.slice(-recentSteps);
  return meanByTime(
    recent.map((report) => ({ t: report.t, errors: which === 'x0' ? report.x0Errors : report.epsErrors })),
    T,
    timeBands,
  );
}

/** Steps at which frames are still to come, as the engine draws them: every 20 at first, more rarely later. */
export function plannedFrames(from: number, target: number, interval: number): readonly number[] {
  const planned: number[] = [];
  for (let step = from + 1; step <= target; step += 1) {
    const every = interval > 0 ? interval : step <= 200 ? 20 : step <= 1000 ? 50 : 100;
    if (step % every === 0) planned.push(step);
  }
  return planned;
}
