/**
 * Training the embedding of pictures and captions (CLIP: Radford et al. 2021, arXiv:2103.00020, section 2.3): of a batch of pairs, each picture is
 * to be nearest to its own caption, and each caption to its own picture. Nothing else is said about where they should lie.
 */
import * as tf from '@tensorflow/tfjs-core';
import { embedImages, embedTokens, sharpness } from '../model/contrastive';
import { contrastiveParameters, embeddingLength, type ContrastiveConfig } from '../model/contrastiveConfig';
import { pairSurprise } from '../model/kernels/pairSurprise';
import { textConfig } from './captionRecipes';
import { weightedMean } from './loss';
import type { Objective, PartSettings } from './partRun';

/** 256,000 parameters. */
export const contrastiveConfig: ContrastiveConfig = {
  imageSize: 28,
  widths: [32, 64],
  blocks: 2,
  text: textConfig,
  features: embeddingLength,
};

/** Pairs of a batch: each picture is told from 127 others. */
export const contrastiveBatch = 128;
export const contrastiveSteps = 600;
/** Each attribute is mentioned with this probability, so that short captions have a place too. */
export const contrastiveMention = 0.75;

export const contrastiveSettings: PartSettings = {
  learningRate: 2e-3,
  adamBeta2: 0.99,
  muonLearningRate: 0.02,
  warmupSteps: 50,
  clipNorm: 1,
  ema: { kind: 'power', exponent: 8 },
  // Over the last third: what is left of the loss then is mostly jitter.
  decay: { from: 400, to: contrastiveSteps },
};

export interface ContrastiveBatch {
  /** [B·784], −1..1 */
  readonly x0: Float32Array;
  /** [B·8], a caption of each picture. */
  readonly tokens: Int32Array;
}

/** Muon on the three large convolutions of the picture's encoder, Adam on the rest. */
export function contrastiveObjective(
  config: ContrastiveConfig = contrastiveConfig,
  batchSize: number = contrastiveBatch,
): Objective<ContrastiveBatch> {
  return {
    parameters: contrastiveParameters(config),
    isMuon: (name) => /^image\.(down|\d+)\.weight$/.test(name),
    batchSize,
    loss: (params, { x0, tokens }) => {
      const x = tf.tensor4d(x0, [batchSize, config.imageSize, config.imageSize, 1]);
      // Of each pair, in nats: ln 128 = 4.85 for an embedding that knows nothing.
      const errors = pairSurprise(embedImages(params, config, x), embedTokens(params, config, tokens), sharpness(params));
      return { loss: weightedMean(errors, tf.ones([batchSize])), errors };
    },
  };
}
