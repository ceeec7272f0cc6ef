/** DDPM, DDIM and the chain beside each other: what each costs and comes to, and in sentences who is ahead. Plain data. */
import type { LaneId, LaneRow, RecordedCascade } from '$lib/data/recordedCascade';
import { bandOf } from '$lib/data/samplerCurves';
import { aheadOf, certaintyWords, chanceOf, compare, spreadOf, type Comparison, type Spread } from './seeds';
import { percentWords } from './units';
import { flopsWords } from './words';

export interface Lane {
  readonly lane: LaneId;
  readonly label: string;
  readonly nfe: number;
  readonly flopsPerImage: number;
  readonly parameters: number;
  readonly trainingFlops: number;
  readonly secondsPerImage: number;
  readonly rows: readonly LaneRow[];
  readonly fd: Spread;
  readonly accuracy: Spread;
  readonly c90: Spread;
}

/** One for each label, in the file's order. */
export function lanesOf({ lanes }: RecordedCascade): readonly Lane[] {
  const labels = [...new Set(lanes.map(({ label }) => label))];
  return labels.flatMap((label) => {
    const rows = lanes.filter((row) => row.label === label);
    const [first] = rows;
    const [fd, accuracy, c90] = [spreadOf(rows, 'fd'), spreadOf(rows, 'accuracy'), spreadOf(rows, 'c90')];
    if (!first || !fd || !accuracy || !c90) return [];
    const { lane, nfe, flopsPerImage, parameters, trainingFlops } = first;
    const secondsPerImage = rows.reduce((sum, row) => sum + row.secondsPerImage, 0) / rows.length;
    return [{ lane, label, nfe, flopsPerImage, parameters, trainingFlops, secondsPerImage, rows, fd, accuracy, c90 }];
  });
}

/** The chain (`one`) against the best that the network alone does at about its cost; null while one is not recorded. */
function duelOf(
  recorded: RecordedCascade,
): { readonly chain: Lane; readonly alone: Lane; readonly comparison: Comparison } | null {
  const lanes = lanesOf(recorded);
  const chain = lanes.find(({ lane }) => lane === 'cascade');
  if (!chain) return null;
  const distance = (lane: Lane): number => Math.abs(Math.log(lane.flopsPerImage / chain.flopsPerImage));
  const others = lanes.filter(({ lane }) => lane !== 'cascade').toSorted((a, b) => distance(a) - distance(b));
  const equal = others.filter((lane) => distance(lane) < Math.log(sameCost)).toSorted((a, b) => a.fd.mean - b.fd.mean);
  const alone = equal[0] ?? others[0];
  const comparison = alone && compare(chain.rows, alone.rows, chanceOf(recorded.floor));
  return alone && comparison ? { chain, alone, comparison } : null;
}

/** Shares of right digits nearer than this are called the same: five of 500. */
const sameAccuracy = 0.01;

/** Costs nearer than this, in factors, are called about the same. */
const sameCost = 1.25;

/** Who is ahead, in a few words, for beside a guess: "a tie: 12.9 against 13.1 alone". Null while it cannot be said. */
export function duelAnswer(recorded: RecordedCascade): string | null {
  const duel = duelOf(recorded);
  if (!duel) return null;
  const { one, other } = duel.comparison;
  const who = { one: 'the chain is ahead', other: 'the network alone is ahead', none: 'a tie' }[
    aheadOf(duel.comparison) ?? 'none'
  ];
  return `${who}: ${one.mean.toFixed(1)} by the chain, ${other.mean.toFixed(1)} alone`;
}

/** Whether the chain is better, at which costs, in sentences. Null while it cannot be said. */
export function duelWords(recorded: RecordedCascade): string | null {
  const duel = duelOf(recorded);
  if (!duel) return null;
  const { chain, alone, comparison } = duel;
  const ahead = aheadOf(comparison);
  const distances = `${chain.fd.mean.toFixed(1)} against ${alone.fd.mean.toFixed(1)}`;
  const verdict =
    ahead === null
      ? `By Fréchet distance they tie: ${distances}; ${certaintyWords(comparison)}.`
      : `By Fréchet distance ${ahead === 'one' ? 'the chain' : 'the network alone'} is ahead: ${distances}; ${certaintyWords(comparison)}.`;
  return [costWords(chain, alone), verdict, accuracyWords(chain, alone)].join(' ');
}

function costWords(chain: Lane, alone: Lane): string {
  const part = (lane: Lane, name: string): string =>
    `${name} took ${flopsWords(lane.trainingFlops)} to train and takes ${flopsWords(lane.flopsPerImage)} a picture`;
  return `${part(chain, 'The chain')}; ${part(alone, `the network alone (${alone.label})`)}: ${factorWords(chain.trainingFlops / alone.trainingFlops)} training and ${factorWords(chain.flopsPerImage / alone.flopsPerImage)} drawing.`;
}

/** "about as much", "1.9 times as much". */
function factorWords(factor: number): string {
  return factor < sameCost && factor > 1 / sameCost ? 'about as much' : `${Number(factor.toPrecision(2))} times as much`;
}

function accuracyWords(chain: Lane, alone: Lane): string {
  const lead = chain.accuracy.mean - alone.accuracy.mean;
  const shares = `${percentWords(chain.accuracy.mean)} and ${percentWords(alone.accuracy.mean)}`;
  if (Math.abs(lead) < sameAccuracy) return `As asked for are ${shares}: no difference.`;
  return `As asked for are ${shares}: ${lead > 0 ? 'the chain' : 'the network alone'} obeys more often.`;
}

/** What the judge makes of real digits, as many as each lane drew: nothing can be expected to be better. */
export function floorWords({ floor }: RecordedCascade): { readonly fd: string; readonly accuracy: string; readonly c90: string } {
  const { low, mean, high } = bandOf(floor.draws, 'fd');
  return {
    fd: floor.draws.length > 1 ? `${mean.toFixed(1)} (${low.toFixed(1)}–${high.toFixed(1)})` : mean.toFixed(1),
    accuracy: percentWords(bandOf(floor.draws, 'accuracy').mean),
    c90: percentWords(bandOf(floor.draws, 'c90').mean),
  };
}
