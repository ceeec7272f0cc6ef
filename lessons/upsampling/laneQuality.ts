/** The measured quality that stands under a lane: recorded, of the walk nearest to the one that is shown. Plain numbers. */
import type { LaneId, LaneRow } from '$lib/data/recordedCascade';
import { mean } from './words';

type Measure = 'fd' | 'c90' | 'accuracy' | 'midInk';

/** Over training and noise seeds. */
export interface Spread {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface LaneQuality {
  /** What was measured, in the record's words. */
  readonly label: string;
  readonly nfe: number;
  /** Whether the lane takes exactly as many evaluations as what was measured. */
  readonly isSame: boolean;
  readonly seeds: number;
  readonly parameters: number;
  readonly trainingFlops: number;
  readonly flopsPerImage: number;
  readonly secondsPerImage: number;
  readonly measures: Readonly<Record<Measure, Spread>>;
}

const measures: readonly Measure[] = ['fd', 'c90', 'accuracy', 'midInk'];

/** The walk of this lane that was measured and takes about as many evaluations; null if none was. */
export function qualityOfLane(rows: readonly LaneRow[], lane: LaneId, nfe: number): LaneQuality | null {
  const mine = rows.filter((row) => row.lane === lane);
  const away = (row: LaneRow): number => Math.abs(Math.log(row.nfe / Math.max(1, nfe)));
  const nearest = mine.reduce<LaneRow | null>((best, row) => (best === null || away(row) < away(best) ? row : best), null);
  if (!nearest) return null;
  const group = mine.filter(({ label, nfe: theirs }) => label === nearest.label && theirs === nearest.nfe);
  const { label, parameters, trainingFlops, flopsPerImage } = nearest;
  return {
    label,
    nfe: nearest.nfe,
    isSame: nearest.nfe === nfe,
    seeds: group.length,
    parameters,
    trainingFlops,
    flopsPerImage,
    secondsPerImage: spreadOf(group.map((row) => row.secondsPerImage)).mean,
    measures: Object.fromEntries(measures.map((name) => [name, spreadOf(group.map((row) => row[name]))])) as Record<
      Measure,
      Spread
    >, // every measure is in the list
  };
}

function spreadOf(values: readonly number[]): Spread {
  return { mean: mean(values), low: Math.min(...values), high: Math.max(...values) };
}

/** "12.3 (11.9–13.0)", "94% (93–96)": the mean over the seeds, and how far they lie apart. */
export function spreadWords(spread: Spread, digits: number, isShare = false): string {
  const number = (value: number): string => (isShare ? (100 * value).toFixed(0) : value.toFixed(digits));
  const { low, high } = spread;
  const range = number(low) === number(high) ? '' : ` (${number(low)}–${number(high)})`;
  return `${number(spread.mean)}${isShare ? '%' : ''}${range}`;
}
