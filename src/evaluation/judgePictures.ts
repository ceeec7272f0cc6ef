/** The judge's answers as plain arrays, for any number of pictures. */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors';
import type { Params } from '../model/tensors';
import { judge } from './judge';
import type { JudgeConfig } from './judgeConfig';

export interface Judged {
  /** Softmax over the classes. [n, classes] */
  readonly probabilities: Float32Array;
  /** [n, features] */
  readonly features: Float32Array;
}

/** Enough for matrix products to run at full speed, few enough for the memory of a phone. */
const atOnce = 100;

/**
 * @param pixels [n, S, S], about −1 … 1; limited to that range, as the judge has seen nothing else
 * @throws shape, when they are not whole pictures
 */
export async function judgePictures(params: Params, config: JudgeConfig, pixels: Float32Array): Promise<Judged> {
  const size = config.imageSize ** 2;
  const count = pixels.length / size;
  if (!Number.isInteger(count)) {
    throw new AppError(
      'shape',
      `${pixels.length} values are not whole pictures of ${config.imageSize} × ${config.imageSize} pixels.`,
    );
  }
  const probabilities = new Float32Array(count * config.classes);
  const features = new Float32Array(count * config.features);
  for (let first = 0; first < count; first += atOnce) {
    const part = pixels.subarray(first * size, Math.min(count, first + atOnce) * size);
    const answer = tf.tidy(() => {
      const x = tf.clipByValue(tf.tensor4d(part, [part.length / size, config.imageSize, config.imageSize, 1]), -1, 1);
      const { features: last, logits } = judge(params, config, x);
      return { last, chances: tf.softmax(logits) };
    });
    try {
      const [chances, last] = await Promise.all([answer.chances.data<'float32'>(), answer.last.data<'float32'>()]);
      probabilities.set(chances, first * config.classes);
      features.set(last, first * config.features);
    } finally {
      tf.dispose(answer);
    }
  }
  return { probabilities, features };
}
