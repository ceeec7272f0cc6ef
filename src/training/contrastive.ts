/**
 * Training the embedding of pictures and captions (CLIP: Radford et al. 2021, arXiv:2103.00020, section 2.3): of a batch of pairs, each picture is
 * to be nearest to its own caption, and each caption to its own picture. Nothing else is said about where they should lie.
 */
import * as tf from '@tensorflow/tfjs-core';
import { embedImages, embedTokens, sharpness } from '../model/contrastive';
import { contrastiveParameters, type ContrastiveConfig } from '../model/contrastiveConfig';
import { pairSurprise } from '../model/kernels/pairSurprise';
import { contrastiveBatch, contrastiveConfig, isContrastiveMuon } from './contrastiveSettings';
import { weightedMean } from './loss';
import type { Objective } from './partRun';

export interface ContrastiveBatch {
  /** [B·784], −1..1 */
  readonly x0: Float32Array;
  /** [B·8], a caption of each picture. */
  readonly tokens: Int32Array;
}

export function contrastiveObjective(
  config: ContrastiveConfig = contrastiveConfig,
  batchSize: number = contrastiveBatch,
): Objective<ContrastiveBatch> {
  return {
    parameters: contrastiveParameters(config),
    isMuon: isContrastiveMuon,
    batchSize,
    loss: (params, { x0, tokens }) => {
      const x = tf.tensor4d(x0, [batchSize, config.imageSize, config.imageSize, 1]);
      // Of each pair, in nats: ln 128 = 4.85 for an embedding that knows nothing.
      const errors = pairSurprise(embedImages(params, config, x), embedTokens(params, config, tokens), sharpness(params));
      return { loss: weightedMean(errors, tf.ones([batchSize])), errors };
    },
  };
}
