/** Digits drawn from a weight file by the engine's own code. */
import { readFileSync } from 'node:fs';
import { checkWeights, decodeSafetensors } from '../../src/model/safetensors';
import { toTensors } from '../../src/model/tensors';
import { flopsPerStep } from '../../src/training/cost';
import type { Recipe } from '../../src/training/recipe';
import { recipes } from '../../src/training/recipes';
import { drawLast, type DrawRequest, type DrawSource, type Model } from '../../src/worker/drawing';
import { drawContext } from '../pretrain/draw';
import type { AskedDigits } from './measure';

const classes = 10;
/** Guidance evaluates twice as many at once. */
const atOnce = 100;

export interface Trained {
  readonly model: Model;
  readonly recipe: Recipe;
  readonly steps: number;
  /** All arithmetic of the training, the optimiser's own included, in units of 10¹² operations. */
  readonly tflop: number;
  readonly trainingSeed: number;
}

/** @throws weights/format, when the file is none of ours */
export function trainedModel(file: string): Trained {
  const { arrays, metadata } = decodeSafetensors(readFileSync(file));
  const recipe = metadata['recipe'] === 'textbook' ? recipes.textbook : recipes.quick;
  checkWeights(arrays, recipe.model);
  const { model: config, schedule, predictionType } = recipe;
  const model = { params: toTensors(arrays), config, schedule, predictionType };
  const steps = Number(metadata['step']);
  return { model, recipe, steps, tflop: (steps * flopsPerStep(recipe)) / 1e12, trainingSeed: Number(metadata['seed']) };
}

/** How to walk from noise to picture. */
export type Walk = Pick<DrawRequest, 'sampler' | 'samplerParams' | 'steps' | 'spacing'>;
const usualWalk: Walk = { sampler: 'ddim', samplerParams: { eta: 0 }, steps: 25, spacing: 'trailing' };

/** Where a long drawing leaves its parts, so that an interruption costs no more than one. */
export interface Parts {
  /** @param first of the part's pictures, among all */
  readonly find: (first: number) => Float32Array | undefined;
  readonly keep: (first: number, pixels: Float32Array) => void;
}
const noParts: Parts = { find: () => undefined, keep: () => undefined };

/** As many of each digit; limited to −1 … 1, as a screen would. Every walk starts from the same noises. */
export async function drawDigits(
  source: DrawSource,
  { n, w, seed }: { readonly n: number; readonly w: number; readonly seed: number },
  walk: Walk = usualWalk,
  kept: Parts = noParts,
): Promise<AskedDigits> {
  return inParts({ n, seed, kept }, async (part) =>
    drawLast(source, { ...walk, clip: true, guidanceScale: w, seed: part.seed, labels: part.labels }, drawContext),
  );
}

/** Some of the digits: as many as are drawn at once. */
export interface Part {
  /** Its place among all. */
  readonly first: number;
  readonly labels: readonly number[];
  /** Noise depends on the seed and the place within one drawing, so each drawing has a seed of its own. */
  readonly seed: number;
}

/** As many of each digit, drawn part by part; limited to −1 … 1. */
export async function inParts(
  { n, seed, kept = noParts }: { readonly n: number; readonly seed: number; readonly kept?: Parts },
  drawPart: (part: Part) => Promise<Float32Array>,
): Promise<AskedDigits> {
  const asked = Array.from({ length: n }, (_, i) => i % classes);
  const parts: Float32Array[] = [];
  for (let first = 0; first < n; first += atOnce) {
    const found = kept.find(first);
    const part = found ?? (await drawPart({ first, labels: asked.slice(first, first + atOnce), seed: seed * n + first }));
    if (!found) kept.keep(first, part);
    parts.push(part);
  }
  const pixels = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    pixels.set(limited(part), place);
    place += part.length;
  }
  return { pixels, asked };
}

/** To −1 … 1. */
export function limited(pixels: Float32Array): Float32Array {
  return pixels.map((value) => Math.max(-1, Math.min(1, value)));
}
