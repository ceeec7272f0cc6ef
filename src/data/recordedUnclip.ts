/** What was measured of unCLIP's three parts: written by `npm run pretrain -- unclip`, read by lesson 9. */
import { fromBase64 } from './base64';
import { fieldReader } from './recordedFields';
import { modelRecordFields, type ModelRecord } from './recordedModels';
import { obedienceFields, type Obedience } from './recordedObedience';

/** What the decoder draws from: the prior's sample for a caption, the caption's embedding itself, or that of the caption's own picture. */
const givens = ['prior', 'caption', 'picture'] as const;
export type Given = (typeof givens)[number];

/** The contrastive embedding at a step of its training. Shares and cosines. */
export interface EmbeddingRow {
  readonly step: number;
  /** Test digits whose class is the nearest of ten captions, “a zero” to “a nine”. */
  readonly zeroShot: number;
  /** Full captions to which their own picture is nearest, of 128. */
  readonly rightPicture: number;
  /** Mean cosine of a full caption and its own picture. */
  readonly paired: number;
  /** Cosine of the mean caption and the mean picture: 1 would be one cloud. */
  readonly gap: number;
}

/** Similarities of captions (rows) and pictures (columns), in the same order, at a step of training. */
export interface SimilarityMatrix {
  readonly step: number;
  /** [captions · pictures], cosines. */
  readonly values: readonly number[];
}

export type Point = readonly [x: number, y: number];

/** The same example in three places of a plane through the embedding. */
export interface ProjectedExample {
  readonly caption: string;
  readonly label: number;
  readonly text: Point;
  readonly image: Point;
  /** The prior's sample for the caption, at w = 2. */
  readonly prior: Point;
}

/** One arrangement of the chain. */
export interface UnclipRow extends Obedience {
  readonly given: Given;
  /** Of the prior; null where it is not asked. */
  readonly priorScale: number | null;
  /** Training steps of the decoder. */
  readonly decoderSteps: number;
  /** Of the decoder. */
  readonly guidanceScale: number;
}

/** What the prior's samples are like, by its guidance; means over the captions. */
export interface PriorRow {
  readonly guidanceScale: number;
  /** Cosine of a sample and the embedding of the caption's own picture. */
  readonly toPicture: number;
  /** Cosine of a sample and the caption's embedding. */
  readonly toCaption: number;
  /** Cosine of the samples' mean and the pictures' mean: 1 says that the gap is crossed. */
  readonly means: number;
}

export interface RecordedUnclip {
  readonly command: string;
  readonly date: string;
  readonly device: string;
  readonly embedding: {
    readonly testDigits: number;
    /** Pictures among which the right one is to be found. */
    readonly among: number;
    readonly byStep: readonly EmbeddingRow[];
  };
  readonly similarity: {
    readonly captions: readonly string[];
    /** [captions, 28, 28], 0..255 */
    readonly pictures: Uint8Array;
    readonly byStep: readonly SimilarityMatrix[];
  };
  /** Onto two directions: from the mean caption to the mean picture, and across that where both together spread most. */
  readonly projection: {
    /** 32 numbers each. */
    readonly mean: readonly number[];
    readonly axes: readonly [readonly number[], readonly number[]];
    /** Share of the variance along each axis. */
    readonly explained: readonly number[];
    readonly examples: readonly ProjectedExample[];
  };
  readonly prior: readonly PriorRow[];
  /** Captions in each measurement, one picture each. */
  readonly n: number;
  readonly noiseSeeds: number;
  readonly sampler: string;
  /** Of sampling, the decoder's and the prior's. */
  readonly steps: number;
  readonly priorSteps: number;
  /** The digits that the captions were measured from: nothing can be expected to do better. */
  readonly real: Obedience;
  readonly rows: readonly UnclipRow[];
  readonly models: readonly ModelRecord[];
}

const read = fieldReader('measurements of unCLIP');

/** @throws data/format, naming what is missing or damaged */
export function parseRecordedUnclip(value: unknown): RecordedUnclip {
  const part = (name: string): unknown => read.part(value, name);
  return {
    ...read.texts(value, ['command', 'date', 'device', 'sampler']),
    ...read.numbers(value, ['n', 'noiseSeeds', 'steps', 'priorSteps']),
    embedding: {
      ...read.numbers(part('embedding'), ['testDigits', 'among']),
      byStep: read.list(part('embedding'), 'byStep', (row) =>
        read.numbers(row, ['step', 'zeroShot', 'rightPicture', 'paired', 'gap']),
      ),
    },
    similarity: similarityField(part('similarity')),
    projection: projectionField(part('projection')),
    prior: read.list(value, 'prior', (row) => read.numbers(row, ['guidanceScale', 'toPicture', 'toCaption', 'means'])),
    real: obedienceFields(read, part('real')),
    rows: read.list(value, 'rows', (row) => ({
      given: read.oneOf(row, 'given', givens),
      priorScale: read.part(row, 'priorScale') === null ? null : read.numbers(row, ['priorScale']).priorScale,
      ...read.numbers(row, ['decoderSteps', 'guidanceScale']),
      ...obedienceFields(read, row),
    })),
    models: read.list(value, 'models', (entry) => modelRecordFields(read, entry)),
  };
}

const pixelCount = 28 * 28;

function similarityField(entry: unknown): RecordedUnclip['similarity'] {
  const captions = read.list(entry, 'captions', textOf);
  const pictures = fromBase64(read.texts(entry, ['pictures']).pictures);
  if (pictures.length !== captions.length * pixelCount) throw read.damaged('pictures');
  const byStep = read.list(entry, 'byStep', (row) => {
    const values = numberList(row, 'values');
    if (values.length !== captions.length ** 2) throw read.damaged('values');
    return { ...read.numbers(row, ['step']), values };
  });
  return { captions, pictures, byStep };
}

function projectionField(entry: unknown): RecordedUnclip['projection'] {
  const [first, second] = read.list(entry, 'axes', (axis) => (Array.isArray(axis) ? axis.map(numberOf) : []));
  const mean = numberList(entry, 'mean');
  if (first?.length !== mean.length || second?.length !== mean.length) throw read.damaged('axes');
  return {
    mean,
    axes: [first, second],
    explained: numberList(entry, 'explained'),
    examples: read.list(entry, 'examples', (example) => ({
      ...read.texts(example, ['caption']),
      ...read.numbers(example, ['label']),
      text: pointField(example, 'text'),
      image: pointField(example, 'image'),
      prior: pointField(example, 'prior'),
    })),
  };
}

function pointField(entry: unknown, name: string): Point {
  const [x, y] = numberList(entry, name);
  if (x === undefined || y === undefined) throw read.damaged(name);
  return [x, y];
}

function numberList(entry: unknown, name: string): readonly number[] {
  return read.list(entry, name, numberOf);
}

function numberOf(item: unknown): number {
  if (typeof item !== 'number' || !Number.isFinite(item)) throw read.damaged('a number');
  return item;
}

function textOf(item: unknown): string {
  if (typeof item !== 'string') throw read.damaged('a caption');
  return item;
}
