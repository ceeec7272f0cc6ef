/** The denoiser of latent diffusion (Rombach et al. 2022, arXiv:2112.10752): it reads captions, and works on latents of 7×7×2. */
import { captionRecipe } from './captionRecipes';
import type { Recipe } from './recipe';

/** 410,000 parameters, 26 MFLOP an evaluation: no levels are left to halve at 7×7, so three blocks of 64 channels there. */
export const latentRecipe: Recipe = {
  ...captionRecipe,
  id: 'latent',
  model: { ...captionRecipe.model, imageSize: 7, channels: 2, stem: 'full', widths: [64], innerBlocks: 3 },
  latents: { autoencoder: 'ae-2', deviation: 1 },
};

export const latentSteps = 1500;
export const latentCheckpoints = [250, 500, 1000, 1500] as const;

/** The same on latents that are far larger than the noise, or far smaller: what scaling them to 1 is good for. */
export const misscaledDeviations = { 'latent-large': 10, 'latent-small': 0.1 } as const;
export type MisscaledName = keyof typeof misscaledDeviations;
export const misscaledSteps = 500;

export function misscaledRecipe(name: MisscaledName): Recipe {
  return { ...latentRecipe, latents: { autoencoder: 'ae-2', deviation: misscaledDeviations[name] } };
}
