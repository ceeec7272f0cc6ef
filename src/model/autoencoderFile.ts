/** An autoencoder's file: its weights, and how far its latents spread, by which a denoiser's are divided. */
import { autoencoderParameters, latentShape, type AutoencoderConfig } from './autoencoderConfig';
import type { NamedArrays } from './config';
import { checkTensors, decodeSafetensors } from './safetensors';

/** Of the latents' means over training digits, for each channel [channels]. */
const deviationName = 'latent.deviation';

export interface AutoencoderFile {
  readonly weights: NamedArrays;
  /** [channels] */
  readonly deviation: Float32Array;
}

/** @throws weights/format, when the file is damaged or another network's */
export function readAutoencoder(bytes: Uint8Array, config: AutoencoderConfig): AutoencoderFile {
  const { arrays } = decodeSafetensors(bytes);
  const shape = [latentShape(config).channels];
  checkTensors(arrays, [...autoencoderParameters(config), { name: deviationName, shape }]);
  const { [deviationName]: deviation, ...weights } = arrays;
  return { weights, deviation: deviation?.data ?? new Float32Array() };
}

export function autoencoderArrays({ weights, deviation }: AutoencoderFile): NamedArrays {
  return { ...weights, [deviationName]: { shape: [deviation.length], data: deviation } };
}
