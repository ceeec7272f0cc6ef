/**
 * What was measured of autoencoders and of diffusion in their latents: written by `npm run pretrain -- latent`, read by lesson 8.
 * Lists may be empty where something was not measured.
 */
import { fromBase64 } from './base64';
import { fieldReader } from './recordedFields';
import { modelRecordFields, type ModelRecord } from './recordedModels';
import { obedienceFields, type Obedience } from './recordedObedience';

/** What is left of test digits after they were reduced to fewer numbers and brought back. Shares are 0..1. */
export interface Fidelity {
  /** Numbers that stand for a picture of 784. */
  readonly numbers: number;
  /** Over the pixels, which reach from −1 to 1. */
  readonly mse: number;
  /** Of digits that the judge takes for the same class before and after. */
  readonly agreement: number;
  /** Of digits that the judge still takes for what they are. */
  readonly accuracy: number;
  /** Fréchet distance of `fdDigits` of them to real digits. */
  readonly fd: number;
  /** Of digits whose attribute stays in its third. */
  readonly slant: number;
  readonly thickness: number;
  readonly width: number;
}

export interface AutoencoderRow extends Fidelity {
  /** As in src/training/shippedAutoencoders.ts. */
  readonly name: string;
  readonly beta: number;
  readonly steps: number;
  readonly parameters: number;
  readonly trainingFlops: number;
  /** Of processor time, on the recording machine. */
  readonly seconds: number;
  /** Nats a picture, on the test digits: what the latent holds beyond a standard normal. */
  readonly kl: number;
  /** [originals, 28, 28], 0..255: what comes back of each. */
  readonly pictures: Uint8Array;
}

/** How else pictures were reduced: pixels averaged in squares, or the directions in which the training set spreads most. */
export const baselineKinds = ['shrunk', 'linear'] as const;

export interface BaselineRow extends Fidelity {
  readonly kind: (typeof baselineKinds)[number];
  readonly pictures: Uint8Array;
}

/** A denoiser trained, and measured, on latents of another size than 1. */
export interface ScaleRow extends Obedience {
  /** Deviation of the latents that the network worked on: 1 is scaled. */
  readonly deviation: number;
  /** Bound of its guesses x̂0, on the same latents; null for none. */
  readonly clip: number | null;
  readonly trainingSteps: number;
  readonly guidanceScale: number;
  /** [10, 28, 28], 0..255: one of each digit, decoded. */
  readonly pictures: Uint8Array;
}

export const spaces = ['latent', 'pixels'] as const;
export type Space = (typeof spaces)[number];

/** A network that draws from captions, in latents or in pixels, what it costs and what its digits are worth. */
export interface QualityRow extends Obedience {
  /** As in src/training/shippedModels.ts. */
  readonly name: string;
  readonly space: Space;
  readonly trainingSteps: number;
  readonly guidanceScale: number;
  /** Of the denoiser alone. */
  readonly parameters: number;
  /** Evaluations for a picture; a guided look counts 2. */
  readonly nfe: number;
  /** Of one evaluation for one picture. */
  readonly flopsPerEvaluation: number;
  readonly msPerEvaluation: number;
  /** Of the denoiser alone. */
  readonly trainingFlops: number;
  readonly seconds: number;
  /** Of the autoencoder that had to be there first, and of its decoder for one picture; 0 in pixels. */
  readonly autoencoder: {
    readonly parameters: number;
    readonly trainingFlops: number;
    readonly seconds: number;
    readonly decodeFlops: number;
  };
}

export interface RecordedLatent {
  readonly command: string;
  readonly date: string;
  readonly device: string;
  /** What fidelity was measured on, and how many of them for the Fréchet distance. */
  readonly testDigits: number;
  readonly fdDigits: number;
  /** Of the test digits themselves, as the judge reads them; and the Fréchet distance of as many real digits. */
  readonly untouched: { readonly accuracy: number; readonly fd: number };
  /** [n, 28, 28], 0..255: test digits, one of each class. */
  readonly originals: Uint8Array;
  readonly autoencoders: readonly AutoencoderRow[];
  readonly baselines: readonly BaselineRow[];
  /** Where test digits lie in the plane of the two-number autoencoder. */
  readonly plane: readonly PlanePoint[];
  readonly scale: readonly ScaleRow[];
  /** Captions in each of the measurements below, one picture each. */
  readonly n: number;
  readonly noiseSeeds: number;
  readonly sampler: string;
  /** Of sampling. */
  readonly steps: number;
  /** The digits that the captions were measured from, and the same through the autoencoder: what no denoiser in its latents can pass. */
  readonly real: Obedience;
  readonly ceiling: Obedience;
  readonly quality: readonly QualityRow[];
  /** Of the denoisers, and of the autoencoders by the names of src/training/shippedAutoencoders.ts. */
  readonly models: readonly ModelRecord[];
}

export interface PlanePoint {
  readonly x: number;
  readonly y: number;
  readonly label: number;
}

const read = fieldReader('measurements of latent diffusion');
const pixels = 28 * 28;
const fidelityMeasures = ['numbers', 'mse', 'agreement', 'accuracy', 'fd', 'slant', 'thickness', 'width'] as const;

/** @throws data/format, naming what is missing or damaged */
export function parseRecordedLatent(value: unknown): RecordedLatent {
  const part = (name: string): unknown => read.part(value, name);
  const originals = picturesField(value, 'originals');
  return {
    ...read.texts(value, ['command', 'date', 'device', 'sampler']),
    ...read.numbers(value, ['testDigits', 'fdDigits', 'n', 'noiseSeeds', 'steps']),
    untouched: read.numbers(part('untouched'), ['accuracy', 'fd']),
    originals,
    autoencoders: read.list(value, 'autoencoders', (row) => ({
      ...read.texts(row, ['name']),
      ...read.numbers(row, ['beta', 'steps', 'parameters', 'trainingFlops', 'seconds', 'kl', ...fidelityMeasures]),
      pictures: picturesField(row, 'pictures', originals.length),
    })),
    baselines: read.list(value, 'baselines', (row) => ({
      kind: read.oneOf(row, 'kind', baselineKinds),
      ...read.numbers(row, fidelityMeasures),
      pictures: picturesField(row, 'pictures', originals.length),
    })),
    plane: planeField(part('plane')),
    scale: read.list(value, 'scale', (row) => ({
      ...read.numbers(row, ['deviation', 'trainingSteps', 'guidanceScale']),
      clip: read.part(row, 'clip') === null ? null : read.numbers(row, ['clip']).clip,
      ...obedienceFields(read, row),
      pictures: picturesField(row, 'pictures'),
    })),
    real: obedienceFields(read, part('real')),
    ceiling: obedienceFields(read, part('ceiling')),
    quality: read.list(value, 'quality', qualityRow),
    models: read.list(value, 'models', (entry) => modelRecordFields(read, entry)),
  };
}

function qualityRow(row: unknown): QualityRow {
  const costs = ['nfe', 'flopsPerEvaluation', 'msPerEvaluation', 'trainingFlops', 'seconds'] as const;
  return {
    ...read.texts(row, ['name']),
    space: read.oneOf(row, 'space', spaces),
    ...read.numbers(row, ['trainingSteps', 'guidanceScale', 'parameters', ...costs]),
    autoencoder: read.numbers(read.part(row, 'autoencoder'), ['parameters', 'trainingFlops', 'seconds', 'decodeFlops']),
    ...obedienceFields(read, row),
  };
}

/** In the file: { points: [x, y, x, y, …], labels: "7210414…" }, a digit each. */
function planeField(entry: unknown): readonly PlanePoint[] {
  const { labels } = read.texts(entry, ['labels']);
  const points = read.list(entry, 'points', (item) => {
    if (typeof item !== 'number' || !Number.isFinite(item)) throw read.damaged('points');
    return item;
  });
  if (points.length !== 2 * labels.length || !/^\d*$/.test(labels)) throw read.damaged('labels');
  return Array.from(labels, (label, i) => ({ x: points[2 * i] ?? 0, y: points[2 * i + 1] ?? 0, label: Number(label) }));
}

/** @param bytes how many there must be; whole pictures, if left out */
function picturesField(entry: unknown, name: string, bytes?: number): Uint8Array {
  let pictures: Uint8Array;
  try {
    pictures = fromBase64(read.texts(entry, [name])[name] ?? '');
  } catch {
    throw read.damaged(name);
  }
  if (pictures.length % pixels !== 0 || (bytes !== undefined && pictures.length !== bytes)) throw read.damaged(name);
  return pictures;
}
