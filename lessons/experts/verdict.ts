/** The recorded results in sentences. Whatever was measured, they say it: none of them knows how it came out. */
import type { RecordedExperts, RecordedSetup } from '$lib/data/recordedExperts';
import { aheadOf, compare, measureViews, resultsOf, type Comparison, type Measure, type Side } from './results';
import { setupNames } from './setups';

export interface Verdict {
  readonly loss: Comparison;
  readonly fd: Comparison;
  readonly accuracy: Comparison;
}

/** A setup against the single network; null while either is not recorded. */
export function verdictOf(recorded: RecordedExperts, setup: RecordedSetup): Verdict | null {
  const results = resultsOf(recorded);
  const [mine, one] = [setup, 'one'].map((name) => results.find((result) => result.setup === name));
  if (!mine || !one) return null;
  return { loss: compare(mine, one, 'heldOut'), fd: compare(mine, one, 'fd'), accuracy: compare(mine, one, 'accuracy') };
}

/** The answer in a few words, for beside a guess. Null while it is not known. */
export function answerWords(recorded: RecordedExperts): string | null {
  const verdict = verdictOf(recorded, 'two');
  if (!verdict) return null;
  const { loss, fd } = verdict;
  const [byLoss, byFd] = [aheadOf(loss), aheadOf(fd)];
  const who = { mine: 'two', other: 'one' };
  if (byLoss === 'nobody' && byFd === 'nobody') return 'no difference that shows';
  if (byLoss === byFd) return `${who[byLoss as Exclude<Side, 'nobody'>]}, by loss and by pictures`;
  if (byFd === 'nobody')
    return `${who[byLoss as Exclude<Side, 'nobody'>]}, by ${percent(loss)} of the loss; the pictures do not tell them apart`;
  if (byLoss === 'nobody') return `${who[byFd]}, by its pictures; the loss does not tell them apart`;
  return `${who[byLoss]} by the loss, ${who[byFd]} by the pictures`;
}

/** What the figure says, in sentences: two against one, then what the others add. */
export function verdictWords(recorded: RecordedExperts): string {
  const verdict = verdictOf(recorded, 'two');
  if (!verdict) return 'These measurements are not recorded yet.';
  const trainings = verdict.loss.pairs === 1 ? 'one training' : `${verdict.loss.pairs} trainings`;
  return [
    `Two experts against one network at the same training compute, ${trainings} of each.`,
    measureSentence('The held-out loss', 'heldOut', verdict.loss),
    measureSentence('The Fréchet distance', 'fd', verdict.fd),
    measureSentence('The share drawn as asked', 'accuracy', verdict.accuracy),
  ].join(' ');
}

function measureSentence(subject: string, measure: Measure, comparison: Comparison): string {
  const { better, worse, pairs, mine, other } = comparison;
  const { digits } = measureViews[measure];
  const means = `${mine.toFixed(digits)} against ${other.toFixed(digits)} on average`;
  const seeds = pairs === 1 ? 'the one seed' : `all ${pairs} seeds`;
  if (better === pairs) return `${subject} is better with two on ${seeds}: ${means}.`;
  if (worse === pairs) return `${subject} is better with one on ${seeds}: ${means}.`;
  return `${subject} is better with two on ${better} of ${pairs} seeds, so it does not tell them apart: ${means}.`;
}

/** Each setup against the single network in half a line, for the list under the table. */
export function againstOne(recorded: RecordedExperts, setup: RecordedSetup): string | null {
  const verdict = verdictOf(recorded, setup);
  if (!verdict || setup === 'one') return null;
  const { loss, fd } = verdict;
  const where: Readonly<Record<Side, string>> = {
    mine: 'better on every seed',
    other: 'worse on every seed',
    nobody: 'undecided',
  };
  return `${setupNames[setup]}: loss ${where[aheadOf(loss)]}, Fréchet distance ${where[aheadOf(fd)]}`;
}

/** By how much of the single network's the losses differ: "1.2%". */
function percent({ mine, other }: Comparison): string {
  const share = (100 * Math.abs(mine - other)) / other;
  return `${share < 1 ? share.toPrecision(1) : share.toPrecision(2)}%`;
}

/** Of a recorded list, the entries that are best and worst by Fréchet distance; null of an empty one. */
export function extremes<Row extends { readonly fd: number }>(
  rows: readonly Row[],
): { readonly best: Row; readonly worst: Row } | null {
  const sorted = rows.toSorted((a, b) => a.fd - b.fd);
  const [best, worst] = [sorted[0], sorted.at(-1)];
  return best && worst ? { best, worst } : null;
}
