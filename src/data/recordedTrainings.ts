/**
 * The networks that lessons 5, 8 and 9 compare, trained again from other seeds and measured alike: how much of a difference is one training's
 * luck. Written by `npm run pretrain -- trainings`.
 */
import { fieldReader } from './recordedFields';
import { obedienceFields, type Obedience } from './recordedObedience';

/** pixels and latent read a caption; decoder draws from the prior's sample, decoder-alone from the caption's own embedding. */
export const trainedWays = ['pixels', 'latent', 'decoder', 'decoder-alone'] as const;
export type TrainedWay = (typeof trainedWays)[number];

export interface TrainingRow extends Obedience {
  readonly way: TrainedWay;
  readonly trainingSeed: number;
  readonly guidanceScale: number;
}

export interface RecordedTrainings {
  readonly command: string;
  readonly date: string;
  /** Captions in each measurement, one picture each. */
  readonly n: number;
  readonly noiseSeeds: number;
  /** Of the training whose weights come with the page. */
  readonly shippedSeed: number;
  /** The autoencoder, the embedding and the prior are the same in all. */
  readonly rows: readonly TrainingRow[];
}

const read = fieldReader('measurements of other trainings');

/** @throws data/format, naming what is missing or damaged */
export function parseRecordedTrainings(value: unknown): RecordedTrainings {
  return {
    ...read.texts(value, ['command', 'date']),
    ...read.numbers(value, ['n', 'noiseSeeds', 'shippedSeed']),
    rows: read.list(value, 'rows', (row) => ({
      way: read.oneOf(row, 'way', trainedWays),
      ...read.numbers(row, ['trainingSeed', 'guidanceScale']),
      ...obedienceFields(read, row),
    })),
  };
}
