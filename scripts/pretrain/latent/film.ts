/** The film that lesson 8 opens with: captions drawn in latent space, the latent and its decoding at every step. */
import { toBase64 } from '../../../src/data/base64';
import { toBytes } from '../../../src/data/pixels';
import { latentBytes } from '../../../src/data/recordedLatentFilm';
import { latentShape } from '../../../src/model/autoencoderConfig';
import { latentRecipe, latentSteps } from '../../../src/training/latentRecipes';
import { shippedAutoencoder } from '../../../src/training/shippedAutoencoders';
import { draw, type DrawRequest } from '../../../src/worker/drawing';
import { drawContext } from '../draw';
import { shippedSeed } from '../modelFiles';
import type { Networks } from '../measured/networks';

const captions = [
  'a thick seven leaning right',
  'a thin upright two',
  'a wide zero',
  'a bold narrow eight',
  'a five leaning left',
];
const settings = { seed: 3, steps: 25, guidanceScale: 2, sampler: 'ddim' } as const;

export async function latentFilm(networks: Networks, command: string): Promise<string> {
  const name = `latent@${latentSteps}`;
  const model = networks.model({ name, seed: shippedSeed });
  const request: DrawRequest = {
    ...{ ...settings, samplerParams: { eta: 0 }, spacing: 'trailing', clip: true, frames: 'all' },
    ...{ labels: captions.map(() => null), prompts: { captions } },
  };
  const frames = [];
  for await (const { t, nfe, xt, x0, decoded } of draw(model, request, drawContext)) {
    frames.push({
      ...{ t, nfe, xt: toBase64(latentBytes(xt)), x0: x0 && toBase64(latentBytes(x0)) },
      decoded: decoded && { xt: toBase64(toBytes(decoded.xt)), x0: decoded.x0 && toBase64(toBytes(decoded.x0)) },
    });
  }
  const { side, channels } = latentShape(shippedAutoencoder(latentRecipe.latents?.autoencoder ?? '').recipe.config);
  return JSON.stringify({ command, name, captions, side, channels, ...settings, frames });
}
