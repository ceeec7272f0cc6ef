/** Loss and gradients of one batch of labelled digits. */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../model/kernels/crossEntropy';
import { parameter, type Params } from '../model/tensors';
import { judge } from './judge';
import type { JudgeConfig } from './judgeConfig';

/**
 * @param x0 [B, S, S] in −1 … 1
 * @returns the mean cross-entropy and its gradients; the caller's
 */
export function judgeGradients(
  config: JudgeConfig,
  params: Params,
  { x0, labels }: { readonly x0: Float32Array; readonly labels: Int32Array },
): { readonly loss: tf.Scalar; readonly gradients: Params } {
  const names = Object.keys(params);
  return tf.tidy(() => {
    const x = tf.tensor4d(x0, [labels.length, config.imageSize, config.imageSize, 1]);
    const loss = (...values: tf.Tensor[]): tf.Scalar => {
      const current = Object.fromEntries(names.map((name, i) => [name, values[i] ?? parameter(params, name)]));
      return crossEntropy(judge(current, config, x).logits, labels);
    };
    const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => parameter(params, name)));
    return {
      loss: value as tf.Scalar, // what the function above returns
      gradients: Object.fromEntries(names.map((name, i) => [name, grads[i] ?? tf.zerosLike(parameter(params, name))])),
    };
  });
}
