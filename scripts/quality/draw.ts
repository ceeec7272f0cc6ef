/** Digits drawn from a weight file by the engine's own code. */
import { readFileSync } from 'node:fs';
import { checkWeights, decodeSafetensors } from '../../src/model/safetensors';
import { toTensors } from '../../src/model/tensors';
import { flopsPerStep } from '../../src/training/cost';
import type { Recipe } from '../../src/training/recipe';
import { recipes } from '../../src/training/recipes';
import { drawLast, type Model } from '../../src/worker/drawing';
import { drawContext } from '../pretrain/draw';
import type { AskedDigits } from './measure';

const classes = 10;
const ddimSteps = 25;
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

/** As many of each digit; limited to −1 … 1, as a screen would. */
export async function drawDigits(
  model: Model,
  { n, w, seed }: { readonly n: number; readonly w: number; readonly seed: number },
): Promise<AskedDigits> {
  const asked = Array.from({ length: n }, (_, i) => i % classes);
  const parts: Float32Array[] = [];
  for (let first = 0; first < n; first += atOnce) {
    const labels = asked.slice(first, first + atOnce);
    const request = { sampler: 'ddim', samplerParams: { eta: 0 }, steps: ddimSteps, spacing: 'trailing', clip: true } as const;
    // Noise depends on the seed and the place within one drawing, so each drawing has a seed of its own.
    parts.push(await drawLast(model, { ...request, guidanceScale: w, seed: seed * n + first, labels }, drawContext));
  }
  const pixels = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    pixels.set(
      part.map((value) => Math.max(-1, Math.min(1, value))),
      place,
    );
    place += part.length;
  }
  return { pixels, asked };
}
