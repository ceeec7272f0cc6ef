/**
 * Training the prior (Ramesh et al. 2022, arXiv:2204.06125, section 2.2): noised embeddings of pictures in, clean ones out, told the embeddings of
 * their captions. Both are computed once, before: nearly all of a step's time would be the text encoder's.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Rng } from '../base/rng';
import { makeSchedule } from '../diffusion/schedule';
import { prior } from '../model/prior';
import { priorParameters, priorScale, type PriorConfig } from '../model/priorConfig';
import { squaredErrors, weightedMean } from './loss';
import type { Objective } from './partRun';
import { priorBatch, priorConfig, priorDropout, priorSchedule } from './priorSettings';
import { drawTimesteps } from './timesteps';

const schedule = makeSchedule(priorSchedule);

/** Pairs of embeddings of length 1, in one order: [n·features] each. */
export interface EmbeddedPairs {
  readonly pictures: Float32Array;
  readonly captions: Float32Array;
}

/** What one step sees; all scaled. */
export interface NoisedEmbeddings {
  /** [B], 1..T */
  readonly t: Float32Array;
  /** [B·features] each; a caption that is hidden is a row of zeros. */
  readonly noised: Float32Array;
  readonly clean: Float32Array;
  readonly captions: Float32Array;
}

/** Noises a batch drawn evenly from all pairs. Plain arrays: the same on every backend. */
export function noisedEmbeddings(
  pairs: EmbeddedPairs,
  rng: Rng,
  config: PriorConfig = priorConfig,
  batchSize = priorBatch,
): NoisedEmbeddings {
  const { features } = config;
  const scale = priorScale(config);
  const range = [0, schedule.T] as const;
  const drawing = { batchSize, timestepExponent: 1, stratifiedTimesteps: true, snrShift: 1, timestepRange: range };
  const t = drawTimesteps(drawing, schedule, rng.fork('timesteps'));
  const chosen = rng.fork('pairs');
  const hidden = rng.fork('hidden captions');
  const noise = rng.fork('noise').normals(batchSize * features);
  const clean = new Float32Array(batchSize * features);
  const captions = new Float32Array(batchSize * features);
  const noised = new Float32Array(batchSize * features);
  const count = pairs.pictures.length / features;
  t.forEach((level, row) => {
    const pair = chosen.int(count);
    const isHidden = hidden.uniform() < priorDropout;
    const alphaBar = schedule.alphasCumprod[level] ?? NaN;
    for (let i = 0; i < features; i += 1) {
      const [from, to] = [pair * features + i, row * features + i];
      const x0 = scale * (pairs.pictures[from] ?? NaN);
      clean[to] = x0;
      captions[to] = isHidden ? 0 : scale * (pairs.captions[from] ?? NaN);
      noised[to] = Math.sqrt(alphaBar) * x0 + Math.sqrt(1 - alphaBar) * (noise[to] ?? NaN);
    }
  });
  return { t: Float32Array.from(t), noised, clean, captions };
}

/** Mean squared error of the clean embedding, all timesteps alike. */
export function priorObjective(config: PriorConfig = priorConfig, batchSize: number = priorBatch): Objective<NoisedEmbeddings> {
  const shape: [number, number] = [batchSize, config.features];
  return {
    parameters: priorParameters(config),
    isMuon: () => false,
    batchSize,
    loss: (params, { t, noised, clean, captions }) => {
      const guess = prior(
        params,
        config,
        tf.tensor2d(noised, shape),
        tf.tensor1d(t),
        priorSchedule.T,
        tf.tensor2d(captions, shape),
      );
      const errors = squaredErrors(guess, tf.tensor2d(clean, shape));
      return { loss: weightedMean(errors, tf.ones([batchSize])), errors };
    },
  };
}
