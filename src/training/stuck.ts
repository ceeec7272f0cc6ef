/**
 * Noticing a run that does not learn, within its first twenty steps. Plain data: the page looks at what it has been told.
 *
 * Measured, mean loss of steps 11–20 over that of steps 1–5, in per cent: quick 36 (two seeds), 48 at half its rate, 85 at an
 * eighth; textbook 93, 97 at half its rate, 99.5 at an eighth; at a thousandth of the rate 100.0 and 100.4.
 */
import type { StepReport } from './report';

const patience = 20;
const startSteps = 5;
const recentSteps = 10;
/** A mean of ten batches wobbles by half a per cent. */
const hardlyMoved = 0.985;

/** What is wrong, as a reader would say it; null when nothing is, or when it is too early to tell. */
export function stuckSymptom(history: readonly Pick<StepReport, 'step' | 'loss' | 'gradNorm'>[]): string | null {
  const recent = history.slice(-recentSteps);
  if (recent.length === recentSteps && recent.every(({ gradNorm }) => gradNorm === 0)) {
    return 'no gradient reaches the weights any more, so nothing is learned';
  }
  // Weights that came from a file have no start to compare with.
  if (history[0]?.step !== 1 || history.length < patience) return null;
  const [before, now] = [meanLoss(history.slice(0, startSteps)), meanLoss(recent)];
  return now > hardlyMoved * before ? `after ${history.length} steps the loss is where it began` : null;
}

function meanLoss(steps: readonly { readonly loss: number }[]): number {
  return steps.reduce((sum, { loss }) => sum + loss, 0) / steps.length;
}
