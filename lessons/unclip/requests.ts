/** What is asked of the three parts in this lesson: always DDIM without dice, so that one noise can be drawn in two ways and compared. */
import { createRng } from '$lib/base/rng';
import { decoderCheckpoints, decoderRecipe } from '$lib/training/decoderRecipes';
import { shippedModel } from '$lib/training/shippedModels';
import type { PriorRequest, SampleRequest } from '$lib/worker/protocol';

/** Numbers in an embedding. */
export const embeddingLength = decoderRecipe.model.vectorFeatures;
export const pixelCount = decoderRecipe.model.imageSize ** 2;
/** Training steps of the decoders that ship, the least trained first. */
export const decoderSteps = decoderCheckpoints;
export type DecoderSteps = (typeof decoderCheckpoints)[number];
export const bestDecoder: DecoderSteps = 1000;
const priorSteps = 25;
const drawingSteps = 25;
/** Where noise is pure. */
export const longestT = decoderRecipe.schedule.T;

export interface DecoderAsk {
  /** [count · 32], of unit length; a row of zeros tells nothing. */
  readonly vectors: Float32Array;
  readonly trained: DecoderSteps;
  readonly guidanceScale: number;
  readonly seed: number;
  readonly steps?: number | undefined;
}

/** @param change what differs from a plain drawing of the ends alone */
export function decoderRequest(
  { vectors, trained, guidanceScale, seed, steps = drawingSteps }: DecoderAsk,
  change: Partial<SampleRequest> = {},
): SampleRequest {
  return {
    source: { kind: 'recorded', name: shippedModel(`decoder@${trained}`).name },
    sampler: 'ddim',
    samplerParams: { eta: 0 },
    steps,
    spacing: 'trailing',
    guidanceScale,
    clip: true,
    seed,
    labels: Array.from({ length: vectors.length / embeddingLength }, () => null),
    vectors,
    frames: 'last',
    ...change,
  };
}

export interface PriorAsk {
  readonly captions: readonly (string | null)[];
  readonly guidanceScale: number;
  readonly seed: number;
}

export function priorRequest({ captions, guidanceScale, seed }: PriorAsk, frames: PriorRequest['frames']): PriorRequest {
  return { captions, guidanceScale, seed, steps: priorSteps, frames };
}

/** The same noise to begin with for each of several pictures: what differs between them then comes from the embeddings alone. */
export function oneNoise(count: number, seed: number): NonNullable<SampleRequest['start']> {
  return { t: longestT, x: repeatedRow(createRng(seed, 'one noise').normals(pixelCount), count) };
}

/** As many copies of a row, one after the other. */
export function repeatedRow(row: Float32Array, times: number): Float32Array {
  const all = new Float32Array(row.length * times);
  for (let i = 0; i < times; i += 1) all.set(row, i * row.length);
  return all;
}

/** One row of several. */
export function rowOf(rows: Float32Array, index: number, width: number = embeddingLength): Float32Array {
  return rows.subarray(index * width, (index + 1) * width);
}
