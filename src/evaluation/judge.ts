/**
 * The judge: a small convolutional network that says which digit a picture shows. What it says of generated pictures measures
 * them; the layer before its answer gives the features whose spread a Fréchet distance compares.
 */
import type * as tf from '@tensorflow/tfjs-core';
import { convLayer } from '../model/convLayer';
import { maxPool } from '../model/kernels/maxPool';
import { relu } from '../model/kernels/relu';
import { flatten } from '../model/kernels/flatten';
import { linear } from '../model/linear';
import type { Params } from '../model/tensors';
import type { JudgeConfig } from './judgeConfig';

export interface Judgement {
  /** The last layer but one, after its ReLU, as it comes. [B, features] */
  readonly features: tf.Tensor2D;
  /** [B, classes] */
  readonly logits: tf.Tensor2D;
}

/** @param x [B, S, S, 1] in −1 … 1 */
export function judge(params: Params, { widths }: JudgeConfig, x: tf.Tensor4D): Judgement {
  const seen = widths.reduce((h, _, i) => maxPool(relu(convLayer(params, `conv.${i}`, h))), x);
  const features = relu(linear(params, 'features', flatten(seen)));
  return { features, logits: linear(params, 'classes', features) };
}
