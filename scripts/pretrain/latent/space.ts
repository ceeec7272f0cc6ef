/** The space that a recipe's latents live in, out of the autoencoder's file. */
import { toTensors } from '../../../src/model/tensors';
import { latentSpace, type LatentSpace } from '../../../src/training/latentBatches';
import type { Recipe } from '../../../src/training/recipe';
import { shippedAutoencoder } from '../../../src/training/shippedAutoencoders';
import { readTrained } from './autoencoderFiles';

/** @returns undefined for a recipe of pixels; its tensors are the caller's */
export function openLatentSpace(recipe: Pick<Recipe, 'latents'>): LatentSpace | undefined {
  if (recipe.latents === null) return undefined;
  const { autoencoder } = recipe.latents;
  const { weights, deviation } = readTrained(autoencoder);
  return latentSpace(recipe, { config: shippedAutoencoder(autoencoder).recipe.config, params: toTensors(weights), deviation });
}
