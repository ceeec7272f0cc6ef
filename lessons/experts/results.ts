/** What the recorded measurements say of one network and of several: by training seed, compared seed by seed. Plain data. */
import { bandOf, type Band } from '$lib/data/samplerCurves';
import { recordedSetups, type ExpertRow, type RecordedExperts, type RecordedSetup } from '$lib/data/recordedExperts';

export type Measure = 'fd' | 'accuracy' | 'heldOut' | 'midInk';

export interface MeasureView {
  readonly label: string;
  readonly axis: string;
  readonly digits: number;
  /** Which way is good; blur is neither. */
  readonly better: 'lower' | 'higher' | null;
}

export const measureViews: Readonly<Record<Measure, MeasureView>> = {
  heldOut: {
    label: 'Held-out loss',
    axis: 'squared error of the guess, on test digits; lower is better',
    digits: 4,
    better: 'lower',
  },
  fd: { label: 'Fréchet distance', axis: 'Fréchet distance to real digits; lower is better', digits: 1, better: 'lower' },
  accuracy: { label: 'As asked', axis: 'share judged to be the digit that was asked for', digits: 3, better: 'higher' },
  midInk: { label: 'Blur', axis: 'grey pixels for each inked one; more is softer', digits: 2, better: null },
};

/** One training, whatever noise its pictures began as: the mean over the noise. */
export interface SeedResult extends Readonly<Record<Measure, number>> {
  readonly trainingSeed: number;
}

export interface SetupResult {
  readonly setup: RecordedSetup;
  readonly seeds: readonly SeedResult[];
  readonly trainingFlops: number;
  readonly parameters: number;
  readonly flopsPerEvaluation: number;
}

const measures = Object.keys(measureViews) as readonly Measure[];

/** The setups that are recorded, in the order of the list; each with one result a training seed. */
export function resultsOf({ rows }: Pick<RecordedExperts, 'rows'>): readonly SetupResult[] {
  return recordedSetups.flatMap((setup) => {
    const own = rows.filter((row) => row.setup === setup);
    const [first] = own;
    if (!first) return [];
    const { trainingFlops, parameters, flopsPerEvaluation } = first;
    const seeds = [...new Set(own.map(({ trainingSeed }) => trainingSeed))].sort((a, b) => a - b);
    return [{ setup, seeds: seeds.map((seed) => seedResult(seed, own)), trainingFlops, parameters, flopsPerEvaluation }];
  });
}

function seedResult(trainingSeed: number, rows: readonly ExpertRow[]): SeedResult {
  const own = rows.filter((row) => row.trainingSeed === trainingSeed);
  const mean = (measure: Measure): number => own.reduce((sum, row) => sum + row[measure], 0) / own.length;
  return { trainingSeed, ...(Object.fromEntries(measures.map((name) => [name, mean(name)])) as Record<Measure, number>) };
}

/** NaN throughout, of a setup without results. */
export function spreadOf({ seeds }: Pick<SetupResult, 'seeds'>, measure: Measure): Band {
  const values = seeds.map((seed) => seed[measure]);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { low: Math.min(...values), mean, high: Math.max(...values) };
}

/** Real digits against real digits: nothing can be expected to do better. Null for the loss, which has no such floor. */
export function floorOf({ floor }: Pick<RecordedExperts, 'floor'>, measure: Measure): Band | null {
  return measure === 'heldOut' || floor.draws.length === 0 ? null : bandOf(floor.draws, measure);
}

/** A setup against another, training seed by training seed. */
export interface Comparison {
  /** Seeds on which the first is better, and worse. */
  readonly better: number;
  readonly worse: number;
  readonly pairs: number;
  /** Means over the seeds that both have. */
  readonly mine: number;
  readonly other: number;
}

export function compare(mine: SetupResult, other: SetupResult, measure: Measure): Comparison {
  const pairs = mine.seeds.flatMap((seed) => {
    const partner = other.seeds.find(({ trainingSeed }) => trainingSeed === seed.trainingSeed);
    return partner ? [[seed[measure], partner[measure]] as const] : [];
  });
  const sign = measureViews[measure].better === 'higher' ? -1 : 1;
  const mean = (side: 0 | 1): number => pairs.reduce((sum, pair) => sum + pair[side], 0) / pairs.length;
  return {
    better: pairs.filter(([a, b]) => sign * (a - b) < 0).length,
    worse: pairs.filter(([a, b]) => sign * (a - b) > 0).length,
    pairs: pairs.length,
    mine: mean(0),
    other: mean(1),
  };
}

/** Who is ahead on every seed; nobody, if they take turns or if there are too few to say. */
export type Side = 'mine' | 'other' | 'nobody';

/** One seed shows nothing: the next may say the opposite. */
const fewestPairs = 2;

export function aheadOf({ better, worse, pairs }: Comparison): Side {
  if (pairs < fewestPairs) return 'nobody';
  return better === pairs ? 'mine' : worse === pairs ? 'other' : 'nobody';
}
