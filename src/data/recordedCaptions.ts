/**
 * What networks that read captions were measured to do, and networks that are not told the timestep: written by
 * `npm run pretrain -- captions`, read by lesson 5.
 */
import { fieldReader } from './recordedFields';
import { modelRecordFields, type ModelRecord } from './recordedModels';
import { obedienceFields, spreadField, type Obedience, type SeedSpread } from './recordedObedience';

/** Told t or not, both trained alike but for that. */
export const timeNetworks = ['time-x0', 'timeless-x0', 'time-eps', 'timeless-eps'] as const;
export type TimeNetwork = (typeof timeNetworks)[number];

export interface CheckpointRow extends Obedience {
  /** Training steps. */
  readonly steps: number;
  readonly guidanceScale: number;
}

export interface SweepRow extends Obedience {
  readonly guidanceScale: number;
}

/** Guided for t in (from, to] alone. */
export interface IntervalRow extends SweepRow {
  readonly from: number;
  readonly to: number;
}

export interface TimeRow {
  readonly network: TimeNetwork;
  readonly trainingSteps: number;
  readonly guidanceScale: number;
  readonly fd: SeedSpread;
  /** Share that the judge takes for the digit asked for. */
  readonly class: SeedSpread;
}

export interface RecordedCaptions {
  readonly command: string;
  readonly date: string;
  readonly device: string;
  /** Captions in each measurement, one picture each. */
  readonly n: number;
  readonly noiseSeeds: number;
  readonly sampler: string;
  /** Of sampling. */
  readonly steps: number;
  /** The digits that the captions were measured from: nothing can be expected to do better. */
  readonly real: Obedience;
  readonly checkpoints: readonly CheckpointRow[];
  /** Of the last checkpoint. */
  readonly sweep: readonly SweepRow[];
  readonly intervals: readonly IntervalRow[];
  readonly time: readonly TimeRow[];
  /** Every network that is measured, and a few that only ship. */
  readonly models: readonly ModelRecord[];
}

const read = fieldReader('measurements of the captions');

/** @throws data/format, naming what is missing or damaged */
export function parseRecordedCaptions(value: unknown): RecordedCaptions {
  return {
    ...read.texts(value, ['command', 'date', 'device', 'sampler']),
    ...read.numbers(value, ['n', 'noiseSeeds', 'steps']),
    real: obedienceFields(read, read.part(value, 'real')),
    checkpoints: read.list(value, 'checkpoints', (row) => ({
      ...read.numbers(row, ['steps', 'guidanceScale']),
      ...obedienceFields(read, row),
    })),
    sweep: read.list(value, 'sweep', (row) => ({ ...read.numbers(row, ['guidanceScale']), ...obedienceFields(read, row) })),
    intervals: read.list(value, 'intervals', (row) => ({
      ...read.numbers(row, ['guidanceScale', 'from', 'to']),
      ...obedienceFields(read, row),
    })),
    time: read.list(value, 'time', (row) => ({
      network: read.oneOf(row, 'network', timeNetworks),
      ...read.numbers(row, ['trainingSteps', 'guidanceScale']),
      fd: spreadField(read, row, 'fd'),
      class: spreadField(read, row, 'class'),
    })),
    models: read.list(value, 'models', (entry) => modelRecordFields(read, entry)),
  };
}
