/**
 * Training the embedding of pictures and captions (CLIP: Radford et al. 2021, arXiv:2103.00020, section 2.3): of a batch of pairs, each picture is
 * to be nearest to its own caption, and each caption to its own picture. Nothing else is said about where they should lie.
 */
import * as tf from '@tensorflow/tfjs-core';
import { embedImages, embedTokens, sharpness } from '../model/contrastive';
import { contrastiveParameters, type ContrastiveConfig } from '../model/contrastiveConfig';
import { pairSurprise, scaleOf } from '../model/kernels/pairSurprise';
import { contrastiveBatch, contrastiveConfig, isContrastiveMuon } from './contrastiveSettings';
import { weightedMean } from './loss';
import type { Objective } from './partRun';

export interface ContrastiveBatch {
  /** [B·784], −1..1 */
  readonly x0: Float32Array;
  /** [B·8], a caption of each picture. */
  readonly tokens: Int32Array;
}

/** What a step tells of its pairs, one after the other: how surprising each is [B], whether the picture is nearest to its own caption [B], and the sharpness. */
export function contrastiveMeasures(errors: Float32Array): { readonly accuracy: number; readonly temperature: number } {
  const pairs = (errors.length - 1) / 2;
  const right = errors.subarray(pairs, 2 * pairs).reduce((sum, value) => sum + value, 0);
  return { accuracy: right / pairs, temperature: 1 / (errors[2 * pairs] ?? NaN) };
}

export function contrastiveObjective(
  config: ContrastiveConfig = contrastiveConfig,
  pairs: number = contrastiveBatch,
): Objective<ContrastiveBatch> {
  return {
    parameters: contrastiveParameters(config),
    isMuon: isContrastiveMuon,
    batchSize: 2 * pairs + 1,
    loss: (params, { x0, tokens }) => {
      const x = tf.tensor4d(x0, [pairs, config.imageSize, config.imageSize, 1]);
      const [images, texts] = [embedImages(params, config, x), embedTokens(params, config, tokens)];
      const sharp = sharpness(params);
      // Of each pair, in nats: ln 128 = 4.85 for an embedding that knows nothing.
      const surprises = pairSurprise(images, texts, sharp);
      const nearest = tf.argMax(tf.matMul(images, tf.transpose(texts)), 1);
      const isRight: tf.Tensor1D = tf.cast(tf.equal(nearest, tf.range(0, pairs, 1, 'int32')), 'float32');
      return {
        loss: weightedMean(surprises, tf.ones([pairs])),
        errors: tf.concat1d([surprises, isRight, scaleOf(sharp)]),
      };
    },
  };
}
