/**
 * A chain 7 → 14 → 28 against one network, and noise-conditioning augmentation against none, by how well the base is trained:
 * measured by `npm run pretrain -- cascade`, read by lesson 7.
 */
import { fieldReader, floorFields, qualityFields } from './recordedFields';
import { modelRecordFields, type ModelRecord } from './recordedModels';
import type { Floor, MeasuredQuality } from './recordedSamplers';

export const augmentations = ['plain', 'augmented'] as const;
export type RecordedAugmentation = (typeof augmentations)[number];
export const laneIds = ['ddpm', 'ddim', 'cascade'] as const;
export type LaneId = (typeof laneIds)[number];
/** Sides of the small pictures that an upsampler can be given. */
export const smallSides = [7, 14] as const;

interface Seeds {
  readonly trainingSeed: number;
  /** Of the noise that the pictures began as, and of the choice of real ones. */
  readonly noiseSeed: number;
}

/** A chain by its base: both upsamplers of the kind, told that their picture is clean (k = 0). */
export interface FlipRow extends MeasuredQuality, Seeds {
  readonly baseSteps: number;
  readonly augmentation: RecordedAugmentation;
  readonly guidanceScale: number;
}

/** Real training digits, shrunk to this side and upsampled; k = 0. */
export interface RealRow extends MeasuredQuality, Seeds {
  readonly side: (typeof smallSides)[number];
  readonly augmentation: RecordedAugmentation;
}

/** The augmented chain with noise of level k on the picture that each upsampler is given, which it is told. */
export interface LevelRow extends MeasuredQuality, Seeds {
  readonly baseSteps: number;
  readonly guidanceScale: number;
  readonly k: number;
}

export interface LaneRow extends MeasuredQuality, Seeds {
  readonly lane: LaneId;
  readonly label: string;
  /** Evaluations for each picture, of all stages together; a guided look counts 2. */
  readonly nfe: number;
  readonly flopsPerImage: number;
  readonly parameters: number;
  readonly trainingFlops: number;
  /** Of processor time, on the recording machine, a hundred pictures at once. */
  readonly secondsPerImage: number;
}

export interface RecordedCascade {
  readonly command: string;
  readonly date: string;
  readonly device: string;
  /** Pictures in each measurement. */
  readonly n: number;
  readonly floor: Floor;
  readonly models: readonly ModelRecord[];
  readonly flip: readonly FlipRow[];
  readonly real: readonly RealRow[];
  readonly levels: readonly LevelRow[];
  readonly lanes: readonly LaneRow[];
  /** Of the chain, everywhere but where a row says otherwise. */
  readonly settings: {
    readonly base: { readonly steps: number };
    readonly up14: { readonly steps: number };
    readonly up28: { readonly steps: number };
    /** Of the lanes, and of real pictures made larger; up-28, which is not told the class, cannot be guided. */
    readonly guidanceScale: number;
    readonly sampler: string;
  };
}

const read = fieldReader('measurements of the cascade');

/** @throws data/format, naming what is missing or damaged */
export function parseRecordedCascade(value: unknown): RecordedCascade {
  const settings = read.part(value, 'settings');
  const stepsOf = (stage: string): { readonly steps: number } => read.numbers(read.part(settings, stage), ['steps']);
  return {
    ...read.texts(value, ['command', 'date', 'device']),
    ...read.numbers(value, ['n']),
    floor: floorFields(read, read.part(value, 'floor')),
    models: read.list(value, 'models', (model) => modelRecordFields(read, model)),
    flip: read.list(value, 'flip', (row) => ({
      augmentation: read.oneOf(row, 'augmentation', augmentations),
      ...measured(row),
      ...read.numbers(row, ['baseSteps', 'guidanceScale']),
    })),
    real: read.list(value, 'real', (row) => ({
      augmentation: read.oneOf(row, 'augmentation', augmentations),
      side: read.oneOf(row, 'side', smallSides),
      ...measured(row),
    })),
    levels: read.list(value, 'levels', (row) => ({
      ...measured(row),
      ...read.numbers(row, ['baseSteps', 'guidanceScale', 'k']),
    })),
    lanes: read.list(value, 'lanes', (row) => ({
      lane: read.oneOf(row, 'lane', laneIds),
      ...read.texts(row, ['label']),
      ...measured(row),
      ...read.numbers(row, ['nfe', 'flopsPerImage', 'parameters', 'trainingFlops', 'secondsPerImage']),
    })),
    settings: {
      ...{ base: stepsOf('base'), up14: stepsOf('up14'), up28: stepsOf('up28') },
      ...read.numbers(settings, ['guidanceScale']),
      ...read.texts(settings, ['sampler']),
    },
  };
}

function measured(row: unknown): MeasuredQuality & Seeds {
  return { ...read.numbers(row, ['trainingSeed', 'noiseSeed']), ...qualityFields(read, row) };
}
