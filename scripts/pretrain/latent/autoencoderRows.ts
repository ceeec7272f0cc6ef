/** What is measured of the autoencoders that ship, and of other ways to few numbers. */
import * as tf from '@tensorflow/tfjs-core';
import { crc32 } from '../../../src/base/checksum';
import { toBase64 } from '../../../src/data/base64';
import { imageBytes } from '../../../src/data/manifest';
import { toBytes } from '../../../src/data/pixels';
import type { AutoencoderRow, BaselineRow } from '../../../src/data/recordedLatent';
import { latentNumbers } from '../../../src/model/autoencoderConfig';
import { decodeLatents, encodePictures } from '../../../src/model/latents';
import { disposeAll, toTensors } from '../../../src/model/tensors';
import { shippedAutoencoder, shippedAutoencoders } from '../../../src/training/shippedAutoencoders';
import type { Job } from '../measured/jobs';
import type { LabelledDigits } from '../realDigits';
import { autoencoderBytes, hasAutoencoder, readTrained } from './autoencoderFiles';
import { baselines } from './baselines';
import type { FidelityMeter } from './fidelity';
import { autoencoderRecord } from './trainAutoencoders';

/** As they lie in the file: pictures as base64. */
export type Written<Row extends { readonly pictures: Uint8Array }> = Omit<Row, 'pictures'> & { readonly pictures: string };

export interface RowOptions {
  /** The test set. */
  readonly digits: LabelledDigits;
  /** Places of one digit of each class in it. */
  readonly examples: readonly number[];
  readonly fidelity: FidelityMeter;
}

export function autoencoderJobs({ digits, examples, fidelity }: RowOptions): readonly Job<Written<AutoencoderRow>>[] {
  return shippedAutoencoders.flatMap(({ name, steps }) => {
    const record = autoencoderRecord(name);
    if (!record || !hasAutoencoder(name)) return [];
    const { recipe } = shippedAutoencoder(name);
    return [
      {
        key: JSON.stringify(['autoencoder', name, crc32(autoencoderBytes(name)), digits.labels.length]),
        label: name,
        measure: async () => {
          const params = toTensors(readTrained(name).weights);
          const { mean, logVariance } = await encodePictures(params, recipe.config, digits.pixels);
          const back = await decodeLatents(params, recipe.config, mean);
          disposeAll(params);
          const { parameters, trainingFlops, seconds } = record;
          return {
            ...{ name, beta: recipe.beta, steps, parameters, trainingFlops, seconds },
            ...(await fidelity.of(back, latentNumbers(recipe.config))),
            kl: klOf(mean, logVariance) / digits.labels.length,
            pictures: chosen(back, examples),
          };
        },
      },
    ];
  });
}

export function baselineJobs(
  { digits, examples, fidelity }: RowOptions,
  training: Float32Array,
): readonly Job<Written<BaselineRow>>[] {
  return baselines(training).map(({ kind, numbers, back }) => ({
    key: JSON.stringify(['baseline', kind, numbers, digits.labels.length, training.length]),
    label: `${kind}, ${numbers} numbers`,
    measure: async () => {
      const pixels = tf.tidy(() => back(digits.pixels));
      return { kind, ...(await fidelity.of(pixels, numbers)), pictures: chosen(pixels, examples) };
    },
  }));
}

/** Nats, all pictures together: ½ Σ (mean² + variance − 1 − logVariance). */
function klOf(mean: Float32Array, logVariance: Float32Array): number {
  return mean.reduce((sum, value, i) => {
    const log = logVariance[i] ?? NaN;
    return sum + (value * value + Math.exp(log) - 1 - log) / 2;
  }, 0);
}

/** So many pictures of all, in bytes. */
export function chosen(pixels: Float32Array, places: readonly number[]): string {
  const all = new Float32Array(places.length * imageBytes);
  places.forEach((place, i) => all.set(pixels.subarray(place * imageBytes, (place + 1) * imageBytes), i * imageBytes));
  return toBase64(toBytes(all));
}
