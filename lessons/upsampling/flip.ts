/** Noise on the upsamplers' input, or none: which is better with which base, from recorded measurements. Plain data and sentences. */
import type { FlipRow, RealRow, RecordedCascade } from '$lib/data/recordedCascade';
import { aheadOf, certaintyWords, chanceOf, compare, type Comparison, type SeedSeries } from './seeds';

/** One base: `one` is the chain with augmentation, `other` without. */
export interface FlipPoint {
  readonly baseSteps: number;
  readonly augmented: readonly FlipRow[];
  readonly plain: readonly FlipRow[];
  /** Null where one of them was not measured. */
  readonly comparison: Comparison | null;
}

/** From the least trained base to the most. */
export function flipPoints({ flip, floor }: RecordedCascade, guidanceScale: number): readonly FlipPoint[] {
  const rows = flip.filter((row) => row.guidanceScale === guidanceScale);
  const steps = [...new Set(rows.map(({ baseSteps }) => baseSteps))].sort((a, b) => a - b);
  return steps.map((baseSteps) => {
    const of = (kind: FlipRow['augmentation']): readonly FlipRow[] =>
      rows.filter((row) => row.baseSteps === baseSteps && row.augmentation === kind);
    const [augmented, plain] = [of('augmented'), of('plain')];
    return { baseSteps, augmented, plain, comparison: compare(augmented, plain, chanceOf(floor)) };
  });
}

/** The guidances that were measured, the least first. */
export function flipGuidances({ flip }: RecordedCascade): readonly number[] {
  return [...new Set(flip.map(({ guidanceScale }) => guidanceScale))].sort((a, b) => a - b);
}

/** Both lines of the chart, in the colours of a clean picture and of noise. */
export function flipSeries(points: readonly FlipPoint[]): readonly SeedSeries[] {
  const of = (side: 'one' | 'other'): SeedSeries['points'] =>
    points.flatMap(({ baseSteps, comparison }) => (comparison ? [{ x: baseSteps, spread: comparison[side] }] : []));
  return [
    { name: 'trained without noise', colour: 'var(--x0)', points: of('other') },
    { name: 'trained with noise', colour: 'var(--eps)', dashed: true, points: of('one') },
  ];
}

export type FlipVerdict = 'helps' | 'hurts' | 'open';

function verdictOf({ comparison }: FlipPoint): FlipVerdict | null {
  if (!comparison) return null;
  const ahead = aheadOf(comparison);
  return ahead === null ? 'open' : ahead === 'one' ? 'helps' : 'hurts';
}

/** Neighbouring bases with the same verdict. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly verdict: FlipVerdict;
}

function stretchesOf(points: readonly FlipPoint[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const point of points) {
    const verdict = verdictOf(point);
    if (verdict === null) continue;
    const last = stretches.at(-1);
    if (last?.verdict === verdict) stretches[stretches.length - 1] = { ...last, to: point.baseSteps };
    else stretches.push({ from: point.baseSteps, to: point.baseSteps, verdict });
  }
  return stretches;
}

const verdictWords: Readonly<Record<FlipVerdict, string>> = {
  helps: 'noise in training helps',
  hurts: 'it hurts',
  open: 'neither is ahead for sure',
};
const firstWords: Readonly<Record<FlipVerdict, string>> = {
  helps: 'noise in training helps',
  hurts: 'noise in training hurts',
  open: 'nobody is ahead for sure, with noise in training or without',
};

/** The whole curve in a sentence: "With a base of 100 to 150 steps noise in training helps; with 200 …". Null if nothing was measured. */
export function flipWords(points: readonly FlipPoint[]): string | null {
  const stretches = stretchesOf(points);
  const [first] = stretches;
  if (!first) return null;
  if (stretches.length === 1) return `With every base that was measured, ${stepWords(first)}, ${firstWords[first.verdict]}.`;
  const parts = stretches.map((stretch, i) =>
    i === 0
      ? `With a base of ${stepWords(stretch)} ${firstWords[stretch.verdict]}`
      : `with ${stepWords(stretch)} ${verdictWords[stretch.verdict]}`,
  );
  return `${parts.join('; ')}.`;
}

/** One base in a sentence: who is ahead, by how much, and what the seeds say to that. */
export function pointWords(point: FlipPoint): string {
  const { baseSteps, comparison } = point;
  const base = `A base of ${baseSteps.toLocaleString('en')} steps`;
  if (!comparison) return `${base}: not measured both ways yet.`;
  const { one, other, lead } = comparison;
  const numbers = `${one.mean.toFixed(1)} with noise in training, ${other.mean.toFixed(1)} without`;
  const ahead = aheadOf(comparison);
  const who =
    ahead === null
      ? 'neither is ahead for sure'
      : `the one ${ahead === 'one' ? 'with' : 'without'} is ahead by ${Math.abs(lead).toFixed(1)}`;
  return `${base}: ${numbers}; ${who}: ${certaintyWords(comparison)}.`;
}

/** What noise in training does to real input of one side; null where it was not measured both ways. */
export function realComparison({ real, floor }: RecordedCascade, side: RealRow['side']): Comparison | null {
  const of = (kind: RealRow['augmentation']): readonly RealRow[] =>
    real.filter((row) => row.side === side && row.augmentation === kind);
  return compare(of('augmented'), of('plain'), chanceOf(floor));
}

/**
 * The answer to "trained without noise: better or worse on real input, on drawn input?" in a few words, for beside a guess.
 * Of real input the whole chain from 7 × 7 is taken; of drawn input the weakest and the strongest base, unguided if measured.
 */
export function answerWords(recorded: RecordedCascade): string | null {
  const real = realComparison(recorded, 7);
  const points = flipPoints(recorded, flipGuidances(recorded)[0] ?? 1);
  const stretches = stretchesOf(points);
  const [first, last] = [stretches[0], stretches.at(-1)];
  if (!real || !first || !last) return null;
  const ahead = aheadOf(real);
  const onReal = `${ahead === null ? 'undecided' : ahead === 'other' ? 'better' : 'worse'} on real input (${bothWords(real)})`;
  const onDrawn = (stretch: Stretch, baseSteps: number, base: string): string => {
    const comparison = points.find((point) => point.baseSteps === baseSteps)?.comparison;
    return `${withoutWords[stretch.verdict]} with ${base} of ${baseSteps.toLocaleString('en')} steps${comparison ? ` (${bothWords(comparison)})` : ''}`;
  };
  const ends = [onDrawn(first, first.from, 'a base'), ...(first.from === last.to ? [] : [onDrawn(last, last.to, 'one')])];
  return `${onReal}; on drawn input ${ends.join(', ')}`;
}

/** "18.5 without noise, 23.5 with it". */
function bothWords({ one, other }: Comparison): string {
  return `${other.mean.toFixed(1)} without noise, ${one.mean.toFixed(1)} with it`;
}

const withoutWords: Readonly<Record<FlipVerdict, string>> = { helps: 'worse', hurts: 'better', open: 'undecided' };

function stepWords({ from, to }: Stretch): string {
  const text = (steps: number): string => steps.toLocaleString('en');
  return from === to ? `${text(from)} steps` : `${text(from)} to ${text(to)} steps`;
}
