/** From captions to what the decoder draws from: their own embeddings, or the prior's samples for them. */
import { embedCaptions } from '../../../src/evaluation/embed';
import type { Params } from '../../../src/model/tensors';
import { contrastiveConfig } from '../../../src/training/contrastiveSettings';
import { priorConfig } from '../../../src/training/priorSettings';
import { drawLastEmbeddings } from '../../../src/worker/priorDrawing';
import { drawContext } from '../draw';

export const priorSteps = 25;
/** Embeddings that are drawn together. */
const atOnce = 100;
const { features: width } = contrastiveConfig;

/** [captions · width] */
export function captionEmbeddings(contrastive: Params, captions: readonly string[]): Promise<Float32Array> {
  return embedCaptions(contrastive, contrastiveConfig, captions);
}

/** @param captions [captions · width], their embeddings @returns as many */
export async function priorSamples(
  prior: Params,
  captions: Float32Array,
  guidanceScale: number,
  seed: number,
): Promise<Float32Array> {
  const drawn = new Float32Array(captions.length);
  for (let first = 0; first < captions.length; first += atOnce * width) {
    const told = captions.slice(first, first + atOnce * width);
    const walk = { told, guidanceScale, seed: seed + first, steps: priorSteps };
    drawn.set(await drawLastEmbeddings(prior, priorConfig, walk, drawContext), first);
  }
  return drawn;
}
