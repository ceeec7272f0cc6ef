/** From a batch of pictures to what a denoiser in latent space trains on: latents from a frozen autoencoder, and captions of the pictures. */
import { createRng } from '../base/rng';
import { captionTokens } from '../data/captions/batchCaptions';
import { latentShape, type AutoencoderConfig } from '../model/autoencoderConfig';
import { encodePictures } from '../model/latents';
import type { Params } from '../model/tensors';
import type { Batch } from './noising';
import type { Recipe } from './recipe';

/** Of an autoencoder, and in which units a denoiser sees its latents. */
export interface LatentSpace {
  readonly config: AutoencoderConfig;
  /** Borrowed. */
  readonly params: Params;
  /** By which each channel was divided [channels]: a network's 1 is so much of a latent. */
  readonly scale: Float32Array;
  /** x̂0 is limited to this on both sides while drawing, where pixels would be limited to ±1. */
  readonly reach: number;
}

/** In deviations: of a normal distribution, one number in 16,000 lies beyond. */
const reachedDeviations = 4;

/** @param deviation of the autoencoder's latents [channels] */
export function latentSpace(
  { latents }: Pick<Recipe, 'latents'>,
  {
    config,
    params,
    deviation,
  }: { readonly config: AutoencoderConfig; readonly params: Params; readonly deviation: Float32Array },
): LatentSpace {
  const wanted = latents?.deviation ?? 1;
  return { config, params, scale: deviation.map((own) => own / wanted), reach: reachedDeviations * wanted };
}

/** The means, not samples: what is lost by that is less than a sample's noise. [B, side, side, channels] */
export async function latentsOf({ params, config, scale }: LatentSpace, pixels: Float32Array): Promise<Float32Array> {
  const { mean } = await encodePictures(params, config, pixels);
  return mean.map((value, i) => value / (scale[i % scale.length] ?? 1));
}

/** Channels and side that a denoiser in this space must have. */
export function fitsSpace({ model }: Pick<Recipe, 'model'>, { config }: Pick<LatentSpace, 'config'>): boolean {
  const { side, channels } = latentShape(config);
  return model.imageSize === side && model.channels === channels;
}

/** @param step 1 for the first: captions are a pure function of the pictures, the seed and the step */
export async function latentBatch(recipe: Recipe, space: LatentSpace, batch: Batch, seed: number, step: number): Promise<Batch> {
  const { x0, labels } = batch;
  const rng = createRng(seed, 'captions of latents').fork('step', step);
  const tokens = recipe.captions && captionTokens({ x0, labels, rng, ...recipe.captions });
  return { ...batch, x0: await latentsOf(space, x0), tokens: tokens ?? undefined };
}
