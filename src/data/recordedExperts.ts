/**
 * One network against several that share its timesteps, at the same training compute: measured by `npm run pretrain -- experts`,
 * read by lesson 6.
 */
import { fieldReader, floorFields, qualityFields } from './recordedFields';
import { modelRecordFields, type ModelRecord } from './recordedModels';
import type { Floor, MeasuredQuality } from './recordedSamplers';

/** 'one' is the network that knows all timesteps; the others as in src/training/expertRecipes.ts. */
export const recordedSetups = ['one', 'two', 'three', 'three-logsnr', 'four', 'two-small'] as const;
export type RecordedSetup = (typeof recordedSetups)[number];
/** Who draws where, of two experts. */
export const arrangements = ['as trained', 'swapped', 'low alone', 'high alone'] as const;
export type Arrangement = (typeof arrangements)[number];
/** Which of two experts draw with the averages of their weights, and which with the weights themselves. */
export const averagings = ['both averaged', 'low raw', 'high raw', 'both raw'] as const;
export type Averaging = (typeof averagings)[number];

interface Seeds {
  readonly trainingSeed: number;
  /** Of the noise that the pictures began as. */
  readonly noiseSeed: number;
}

export interface ExpertRow extends MeasuredQuality, Seeds {
  readonly setup: RecordedSetup;
  /** Of all experts together. */
  readonly trainingFlops: number;
  readonly parameters: number;
  /** Of one picture, the mean over the walk's evaluations. */
  readonly flopsPerEvaluation: number;
  /** Mean squared error of x̂₀ on the first 1,000 test digits, told their class, at fixed timesteps and noise; lower is better. */
  readonly heldOut: number;
}

export interface LossByTime {
  readonly setup: RecordedSetup;
  readonly trainingSeed: number;
  readonly t: readonly number[];
  /** As heldOut, all digits at this t, by whoever owns it. */
  readonly x0Mse: readonly number[];
}

export interface RecordedExperts {
  readonly command: string;
  readonly date: string;
  readonly device: string;
  /** Pictures in each measurement. */
  readonly n: number;
  readonly guidanceScale: number;
  readonly sampler: string;
  readonly steps: number;
  readonly floor: Floor;
  readonly models: readonly ModelRecord[];
  readonly rows: readonly ExpertRow[];
  readonly lossByTime: readonly LossByTime[];
  readonly arrangements: readonly (MeasuredQuality & Seeds & { readonly arrangement: Arrangement })[];
  /** The clean expert owns t up to the border, whatever it was trained for. */
  readonly borders: readonly (MeasuredQuality & Seeds & { readonly border: number })[];
  readonly averages: readonly (MeasuredQuality & Seeds & { readonly weights: Averaging })[];
}

const read = fieldReader('measurements of the experts');

/** @throws data/format, naming what is missing or damaged */
export function parseRecordedExperts(value: unknown): RecordedExperts {
  return {
    ...read.texts(value, ['command', 'date', 'device', 'sampler']),
    ...read.numbers(value, ['n', 'guidanceScale', 'steps']),
    floor: floorFields(read, read.part(value, 'floor')),
    models: read.list(value, 'models', (model) => modelRecordFields(read, model)),
    rows: read.list(value, 'rows', (row) => ({
      setup: read.oneOf(row, 'setup', recordedSetups),
      ...measured(row),
      ...read.numbers(row, ['trainingFlops', 'parameters', 'flopsPerEvaluation', 'heldOut']),
    })),
    lossByTime: read.list(value, 'lossByTime', lossByTime),
    arrangements: read.list(value, 'arrangements', (row) => ({
      arrangement: read.oneOf(row, 'arrangement', arrangements),
      ...measured(row),
    })),
    borders: read.list(value, 'borders', (row) => ({ ...measured(row), ...read.numbers(row, ['border']) })),
    averages: read.list(value, 'averages', (row) => ({ weights: read.oneOf(row, 'weights', averagings), ...measured(row) })),
  };
}

function measured(row: unknown): MeasuredQuality & Seeds {
  return { ...read.numbers(row, ['trainingSeed', 'noiseSeed']), ...qualityFields(read, row) };
}

function lossByTime(entry: unknown): LossByTime {
  const numbers = (name: 't' | 'x0Mse'): readonly number[] =>
    read.list(entry, name, (value) => {
      if (typeof value !== 'number' || !Number.isFinite(value)) throw read.damaged(name);
      return value;
    });
  const [t, x0Mse] = [numbers('t'), numbers('x0Mse')];
  if (t.length !== x0Mse.length) throw read.damaged('x0Mse');
  return { setup: read.oneOf(entry, 'setup', recordedSetups), ...read.numbers(entry, ['trainingSeed']), t, x0Mse };
}
