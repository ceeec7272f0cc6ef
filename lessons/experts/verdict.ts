/** The recorded results in sentences. Whatever was measured, they say it: none of them knows how it came out. */
import type { RecordedExperts, RecordedSetup } from '$lib/data/recordedExperts';
import { compare, fewestPairs, measureViews, resultsOf, type Comparison, type Measure, type Side } from './results';
import { setupNames } from './setups';

export interface Verdict {
  readonly loss: Comparison;
  readonly fd: Comparison;
  readonly accuracy: Comparison;
}

/** A setup against the single network; null while either is not recorded. */
function verdictOf(recorded: RecordedExperts, setup: RecordedSetup): Verdict | null {
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
  if (loss.pairs < fewestPairs) return `not known yet, from one training of each: ${meansWords('heldOut', loss)} of loss`;
  const who: Readonly<Record<Side, string>> = { mine: 'two experts', other: 'one network', nobody: '' };
  if (loss.ahead === 'nobody' && fd.ahead === 'nobody') return 'no difference that shows';
  if (loss.ahead === fd.ahead) return `${who[loss.ahead]}, by loss and by pictures`;
  if (fd.ahead === 'nobody') return `${who[loss.ahead]}, by ${percent(loss)} of the loss; the pictures do not tell them apart`;
  if (loss.ahead === 'nobody') return `${who[fd.ahead]}, by the pictures; the loss does not tell them apart`;
  return `${who[loss.ahead]} by the loss, ${who[fd.ahead]} by the pictures`;
}

/** What the figure says, in sentences: two experts against one network. */
export function verdictWords(recorded: RecordedExperts): string {
  const verdict = verdictOf(recorded, 'two');
  if (!verdict) return 'These measurements are not recorded yet.';
  const { pairs } = verdict.loss;
  return [
    `Two experts against one network at the same training compute, ${pairs === 1 ? 'one training' : `${pairs} trainings`} of each.`,
    measureSentence('Held-out loss', 'heldOut', verdict.loss),
    measureSentence('Fréchet distance', 'fd', verdict.fd),
    measureSentence('Drawn as asked', 'accuracy', verdict.accuracy),
  ].join(' ');
}

function measureSentence(subject: string, measure: Measure, comparison: Comparison): string {
  const { ahead, better, pairs } = comparison;
  if (pairs < fewestPairs) return `${subject}: ${meansWords(measure, comparison)}.`;
  const means = `${meansWords(measure, comparison)}, on average`;
  const ways: Readonly<Record<Side, string>> = {
    mine: 'every training of two is better than any of one',
    other: 'every training of one is better than any of two',
    nobody: `two are better on ${better} of ${pairs} seeds, and the trainings lie among each other`,
  };
  return `${subject}: ${means}; ${ways[ahead]}.`;
}

function meansWords(measure: Measure, { mine, other }: Comparison): string {
  const { digits } = measureViews[measure];
  return `${mine.toFixed(digits)} with two and ${other.toFixed(digits)} with one`;
}

/** Each setup against the single network in half a line, for the list under the table. */
export function againstOne(recorded: RecordedExperts, setup: RecordedSetup): string | null {
  const verdict = verdictOf(recorded, setup);
  if (!verdict || setup === 'one') return null;
  const { loss, fd } = verdict;
  const open = loss.pairs < fewestPairs ? 'from one training' : 'undecided';
  const where: Readonly<Record<Side, string>> = { mine: 'better', other: 'worse', nobody: open };
  return `${setupNames[setup]}: held-out loss ${where[loss.ahead]} (${loss.mine.toFixed(4)} against ${loss.other.toFixed(4)}), Fréchet distance ${where[fd.ahead]} (${fd.mine.toFixed(1)} against ${fd.other.toFixed(1)})`;
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
