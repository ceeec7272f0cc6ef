/**
 * Where along the chain a digit is lost. Real digits put in at 14 × 14 pass one upsampler, at 7 × 7 both, and drawn ones pass
 * all three networks: what is misread more often from one to the next is what the network in between has spoilt.
 */
import type { RecordedAugmentation, RecordedCascade } from '$lib/data/recordedCascade';
import { spreadOf, type SeededQuality, type Spread } from './seeds';
import { percentWords } from './units';

export interface Stop {
  readonly name: string;
  /** What is put in, and what it passes. */
  readonly words: string;
  /** Share that the judge takes for another digit, one value for each training seed. */
  readonly misread: Spread;
  readonly fd: Spread;
  /** Whom the difference to the stop before belongs to. */
  readonly culprit: string | null;
}

/** From the real digits to the drawn ones; stops that were not measured are left out. */
export function stopsOf(recorded: RecordedCascade, augmentation: RecordedAugmentation = 'plain'): readonly Stop[] {
  const real = (side: 7 | 14): readonly SeededQuality[] =>
    recorded.real.filter((row) => row.side === side && row.augmentation === augmentation);
  // A floor's draws come from no network: each counts as a seed.
  const floor = recorded.floor.draws.map((draw, i) => ({ ...draw, trainingSeed: i, noiseSeed: 0 }));
  const stops = [
    { name: 'real digits', words: 'as they are: the judge’s own mistakes', rows: floor, culprit: null },
    {
      name: 'real, from 14 × 14',
      words: 'shrunk to half, enlarged by the last network',
      rows: real(14),
      culprit: '14 × 14 → 28 × 28',
    },
    {
      name: 'real, from 7 × 7',
      words: 'shrunk to a quarter, enlarged by both upsamplers',
      rows: real(7),
      culprit: '7 × 7 → 14 × 14',
    },
    {
      name: 'drawn',
      words: 'from noise at 7 × 7, by the base, then enlarged by both',
      rows: recorded.lanes.filter(({ lane }) => lane === 'cascade'),
      culprit: 'the base',
    },
  ];
  return stops.flatMap(({ rows, ...stop }) => {
    const [accuracy, fd] = [spreadOf(rows, 'accuracy'), spreadOf(rows, 'fd')];
    return accuracy && fd ? [{ ...stop, misread: complement(accuracy), fd }] : [];
  });
}

function complement({ low, mean, high, bySeed }: Spread): Spread {
  return {
    low: 1 - high,
    mean: 1 - mean,
    high: 1 - low,
    bySeed: bySeed.map(({ seed, value }) => ({ seed, value: 1 - value })),
  };
}

/** What a stage adds to the share that is misread. */
export interface Loss {
  readonly culprit: string;
  readonly added: number;
}

export function lossesOf(stops: readonly Stop[]): readonly Loss[] {
  return stops.flatMap(({ culprit, misread }, i) => {
    const before = stops[i - 1];
    return culprit !== null && before ? [{ culprit, added: misread.mean - before.misread.mean }] : [];
  });
}

/** Added shares below this are called nothing: of 500 digits it is two and a half. */
const nothing = 0.005;

/** Who loses most, and what the others add, in a sentence or two. Null while it cannot be said. */
export function lossWords(stops: readonly Stop[]): string | null {
  const losses = lossesOf(stops);
  const [most, ...others] = losses.toSorted((a, b) => b.added - a.added);
  const last = stops.at(-1);
  if (!most || !last || losses.length < 2) return null;
  const total = `Of ${last.name} digits ${percentWords(last.misread.mean)} are misread.`;
  if (most.added < nothing) return `${total} No network of the chain adds more to that than chance would.`;
  const share = ({ culprit, added }: Loss): string => `${culprit} ${added < nothing ? 'next to nothing' : percentWords(added)}`;
  return `${total} The largest part is added by ${most.culprit}: ${percentWords(most.added)}; by ${others.map(share).join(', by ')}.`;
}

/** The culprit who adds most, for a sentence elsewhere; null while it cannot be said. */
export function mostLostBy(stops: readonly Stop[]): string | null {
  const [most] = lossesOf(stops).toSorted((a, b) => b.added - a.added);
  return most && most.added >= nothing ? most.culprit : null;
}

/** Real digits of one side, made large again: how many come back as another digit. Empty while it was not measured. */
export function stopWords(stops: readonly Stop[], side: 7 | 14): string {
  const [untouched, enlarged] = [stops[0], stops.find(({ name }) => name === `real, from ${side} × ${side}`)];
  if (!untouched || !enlarged) return '';
  return `Of real digits made small to ${side} × ${side} and enlarged again, ${percentWords(enlarged.misread.mean)} are then read as another digit; of the same digits untouched, ${percentWords(untouched.misread.mean)}.`;
}

/** Who loses most, for the prose. */
export function mostLostWords(stops: readonly Stop[]): string {
  const culprit = mostLostBy(stops);
  return culprit === null
    ? 'None of the networks stands out.'
    : `The largest part of what goes wrong goes wrong in one place: ${culprit}.`;
}
