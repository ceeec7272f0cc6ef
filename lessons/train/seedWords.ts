/** What several seeds came to, in sentences whose numbers are all read from the recorded file. */
import { goodDigits, untilGood, type RecordedSeeds, type UntilGood } from '$lib/data/recordedSeeds';

type Row = RecordedSeeds['rows'][number];

/** One sentence for each guidance; empty, if nothing was recorded. */
export function seedWords(rows: readonly Row[]): string {
  const results = untilGood(rows);
  const [first] = results;
  if (first === undefined) return '';
  const wanted = `judge sure of ${percent(goodDigits.c90)}, ${percent(goodDigits.accuracy)} as asked, blur at most ${goodDigits.midInk.toFixed(2)}`;
  const intro = `The quick recipe again from the seeds ${listOf(first.seeds.map(String))}.`;
  return [intro, ...results.map((result) => sentence(result)), `Good means: ${wanted}.`].join(' ');
}

function sentence({ w, seeds, good, latest, ends }: UntilGood<Row>): string {
  const sure = range(ends.map(({ c90 }) => c90));
  const right = range(ends.map(({ accuracy }) => accuracy));
  const steps = Math.max(...ends.map((row) => row.steps));
  const count = good === seeds.length ? `all ${good}` : `${good} of ${seeds.length}`;
  const when = latest === null ? '' : ` by step ${latest.steps}, after ${latest.tflop.toFixed(2)} TFLOP`;
  return `With guidance ${w}, ${count} came to good digits${when}; at step ${steps} the judge is sure of ${sure}, and ${right} are what was asked for.`;
}

/** To a tenth of a percent: what falls just short of a limit should not read as if it met it. */
function range(shares: readonly number[]): string {
  const [low, high] = [Math.min(...shares), Math.max(...shares)].map((share) => (100 * share).toFixed(1));
  return low === high ? `${low}%` : `${low}–${high}%`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)}%`;
}

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
