/** Embeddings of any number of pictures or captions, as plain arrays. */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors';
import { tokenize } from '../data/captions/tokenizer';
import { embedImages, embedTokens } from '../model/contrastive';
import type { ContrastiveConfig } from '../model/contrastiveConfig';
import type { Params } from '../model/tensors';

/** Enough for matrix products to run at full speed, few enough for the memory of a phone. */
const atOnce = 128;

/**
 * @param pixels [n, S, S], about −1 … 1; limited to that range, as nothing else was ever seen
 * @returns [n, features], rows of length 1
 * @throws shape, when they are not whole pictures
 */
export async function embedPictures(params: Params, config: ContrastiveConfig, pixels: Float32Array): Promise<Float32Array> {
  const { imageSize } = config;
  const size = imageSize ** 2;
  const count = pixels.length / size;
  if (!Number.isInteger(count)) {
    throw new AppError('shape', `${pixels.length} values are not whole pictures of ${imageSize} × ${imageSize} pixels.`);
  }
  return inChunks(count, config, (first, end) => {
    const part = pixels.subarray(first * size, end * size);
    return embedImages(params, config, tf.clipByValue(tf.tensor4d(part, [end - first, imageSize, imageSize, 1]), -1, 1));
  });
}

/**
 * @param captions null and a caption of no known word: the empty one
 * @returns [n, features], rows of length 1
 */
export async function embedCaptions(
  params: Params,
  config: ContrastiveConfig,
  captions: readonly (string | null)[],
): Promise<Float32Array> {
  const ids = captions.flatMap((caption) => [...tokenize(caption ?? '').ids]);
  return embedAllTokens(params, config, Int32Array.from(ids));
}

/** The same for captions that are tokens by now. @param tokens [n · places] */
export async function embedAllTokens(params: Params, config: ContrastiveConfig, tokens: Int32Array): Promise<Float32Array> {
  const { places } = config.text;
  return inChunks(tokens.length / places, config, (first, end) =>
    embedTokens(params, config, tokens.subarray(first * places, end * places)),
  );
}

async function inChunks(
  count: number,
  { features }: ContrastiveConfig,
  embed: (first: number, end: number) => tf.Tensor2D,
): Promise<Float32Array> {
  const embeddings = new Float32Array(count * features);
  for (let first = 0; first < count; first += atOnce) {
    const part = tf.tidy(() => embed(first, Math.min(count, first + atOnce)));
    try {
      embeddings.set(await part.data<'float32'>(), first * features);
    } finally {
      part.dispose();
    }
  }
  return embeddings;
}
