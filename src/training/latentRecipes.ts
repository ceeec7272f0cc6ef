/** The denoiser of latent diffusion (Rombach et al. 2022, arXiv:2112.10752): it reads captions, and works on latents of 7×7×2. */
import { captionRecipe } from './captionRecipes';
import type { Recipe } from './recipe';

export const latentRecipe: Recipe = {
  ...captionRecipe,
  id: 'latent',
  model: { ...captionRecipe.model, imageSize: 7, channels: 2, stem: 'full', widths: [64], innerBlocks: 3 },
  latents: { autoencoder: 'ae-2', scaled: true },
};
