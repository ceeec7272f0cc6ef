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

/** Who is better whatever the seed; nobody, if their trainings lie among each other or if there are too few to say. */
export type Side = 'mine' | 'other' | 'nobody';

/** A setup against another. */
export interface Comparison {
  readonly ahead: Side;
  /** Seeds that both have, and those on which the first is better than the other. */
  readonly pairs: number;
  readonly better: number;
  /** Means over these seeds. */
  readonly mine: number;
  readonly other: number;
}

/** One training shows nothing: the next may say the opposite. */
export const fewestPairs = 2;

export function compare(mine: SetupResult, other: SetupResult, measure: Measure): Comparison {
  const pairs = mine.seeds.flatMap((seed) => {
    const partner = other.seeds.find(({ trainingSeed }) => trainingSeed === seed.trainingSeed);
    return partner ? [[seed[measure], partner[measure]] as const] : [];
  });
  const sign = measureViews[measure].better === 'higher' ? -1 : 1;
  const side = (i: 0 | 1): readonly number[] => pairs.map((pair) => sign * pair[i]);
  const mean = (values: readonly number[]): number => (sign * values.reduce((sum, value) => sum + value, 0)) / values.length;
  const [own, others] = [side(0), side(1)];
  const enough = pairs.length >= fewestPairs;
  const isAhead = (first: readonly number[], second: readonly number[]): boolean =>
    enough && Math.max(...first) < Math.min(...second);
  return {
    ahead: isAhead(own, others) ? 'mine' : isAhead(others, own) ? 'other' : 'nobody',
    pairs: pairs.length,
    better: own.filter((value, i) => value < (others[i] ?? NaN)).length,
    mine: mean(own),
    other: mean(others),
  };
}
