/**
 * What an autoencoder learns: to give the picture back, and to keep its latents near a standard normal. Mean squared error over the
 * pixels + β · mean KL over the latent's numbers (Kingma & Welling 2013, arXiv:1312.6114; with a weight β: Higgins et al. 2017).
 */
import * as tf from '@tensorflow/tfjs-core';
import { createRng } from '../base/rng';
import { decode, encode } from '../model/autoencoder';
import { autoencoderFlops, autoencoderParameters, latentNumbers, latentShape } from '../model/autoencoderConfig';
import { differentiable } from '../model/kernels/differentiable';
import { drawGaussian, klToStandard } from '../model/kernels/gaussian';
import { muonFlops, passesPerStep } from './cost';
import { squaredErrors } from './loss';
import type { Objective, PartSettings } from './partRun';
import type { AutoencoderRecipe } from './shippedAutoencoders';

export interface AutoencoderBatch {
  /** [B·S·S], −1..1 */
  readonly x0: Float32Array;
  /** [B·latentNumbers]: standard normal noise, by which latents are drawn. */
  readonly eps: Float32Array;
}

/** Muon is for whole matrices: the two 3×3 convolutions at a quarter of the side and the two between the sizes. */
const muonNames = /^(encoder\.(down|residual)|decoder\.(residual|up))\.weight$/;

/** As the other recipes have it (recipes.ts), but for Adam's rate, which has 2e-3 to do with the few small layers. */
export const autoencoderSettings: PartSettings = {
  learningRate: 2e-3,
  adamBeta2: 0.99,
  muonLearningRate: 0.02,
  warmupSteps: 50,
  clipNorm: 1,
  ema: { kind: 'power', exponent: 8 },
  decay: null,
};

/** errors [2B]: the mean squared error of each picture, then the KL of each, in nats. */
export function autoencoderObjective({ config, beta, batchSize }: AutoencoderRecipe): Objective<AutoencoderBatch> {
  const { side, channels } = latentShape(config);
  const perNumber = beta / latentNumbers(config);
  return {
    parameters: autoencoderParameters(config),
    isMuon: (name) => muonNames.test(name),
    batchSize: 2 * batchSize,
    loss: (params, { x0, eps }) => {
      const x = tf.tensor4d(x0, [batchSize, config.imageSize, config.imageSize, 1]);
      const moments = encode(params, config, x);
      const z = drawGaussian(moments, tf.tensor4d(eps, [batchSize, side, side, channels]));
      const errors = squaredErrors(decode(params, config, z), x);
      const kl = klToStandard(moments);
      return { loss: meanOfSums(errors, kl, perNumber), errors: tf.concat1d([errors, kl]) };
    },
  };
}

/** Mean over the batch of error + weight · kl. @param errors [B] @param kl [B] */
function meanOfSums(errors: tf.Tensor1D, kl: tf.Tensor1D, weight: number): tf.Scalar {
  const batch = errors.shape[0];
  return differentiable(
    [errors, kl],
    () => ({ value: tf.mean<tf.Scalar>(tf.add(errors, tf.mul(kl, weight))), saved: [] as const }),
    (dy) => [tf.mul(tf.ones([batch]), tf.div(dy, batch)), tf.mul(tf.ones([batch]), tf.mul(tf.div(dy, batch), weight))],
  );
}

/** @param step 1 for the first @returns a batch with its own noise: a pure function of the pictures, the seed and the step */
export function autoencoderBatch(x0: Float32Array, recipe: AutoencoderRecipe, seed: number, step: number): AutoencoderBatch {
  const rng = createRng(seed, 'autoencoder').fork('step', step);
  return { x0, eps: rng.normals(recipe.batchSize * latentNumbers(recipe.config)) };
}

/** Out of what a step reports: mean squared error over the pixels, and KL in nats a picture. */
export function distortionAndRate(errors: Float32Array): { readonly mse: number; readonly kl: number } {
  const batch = errors.length / 2;
  const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / batch;
  return { mse: mean(errors.subarray(0, batch)), kl: mean(errors.subarray(batch)) };
}

/** FLOPs of one training step: encoder and decoder three times for each picture, and Muon's matrix products. */
export function autoencoderFlopsPerStep({ config, batchSize }: AutoencoderRecipe): number {
  const muon = autoencoderParameters(config).filter(({ name }) => muonNames.test(name));
  const each = autoencoderFlops(config, 'encode') + autoencoderFlops(config, 'decode');
  return passesPerStep * batchSize * each + muon.reduce((sum, { shape }) => sum + muonFlops(shape), 0);
}
