/** Weight files of an autoencoder and of a denoiser in its latents, untrained, as a site would serve them. */
import { createRng } from '../../../src/base/rng';
import { autoencoderArrays } from '../../../src/model/autoencoderFile';
import { autoencoderParameters } from '../../../src/model/autoencoderConfig';
import type { NamedArrays } from '../../../src/model/config';
import { initialiseParameters } from '../../../src/model/initialise';
import { parametersOf, type ParameterSpec } from '../../../src/model/parameters';
import { encodeSafetensors } from '../../../src/model/safetensors';
import { latentRecipe } from '../../../src/training/latentRecipes';
import { partAutoencoders } from '../../../src/training/shippedAutoencoders';
import { smallSite, type Site } from './harness';

export const deviation = Float32Array.of(0.5, 2);

/** Nothing in it is zero, so that everything counts. */
function weights(specs: readonly ParameterSpec[], seed: number): NamedArrays {
  const start = initialiseParameters(specs, createRng(seed));
  const rng = createRng(seed, 'zeros');
  return Object.fromEntries(
    Object.entries(start).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.every((value) => value === 0) ? data.map(() => 0.05 * rng.normal()) : data },
    ]),
  );
}

export const autoencoderWeights = weights(autoencoderParameters(partAutoencoders.autoencoder.config), 1);

export function latentSite(): Site {
  const site = smallSite();
  site.set('ae-2.safetensors', encodeSafetensors(autoencoderArrays({ weights: autoencoderWeights, deviation }), { step: '9' }));
  site.set('latent-250.safetensors', encodeSafetensors(weights(parametersOf(latentRecipe.model), 2), { step: '250' }));
  return site;
}
