/**
 * The yardstick: the quick recipe's network written with tfjs's own operations and trained with tfjs's own gradients and
 * Adam, as its documentation would have one do it. Same parameters, same shapes, same numbers forward.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { UNetConfig } from '../src/model/config';

const epsilon = 1e-5;
type Variables = Readonly<Record<string, tf.Variable>>;

/** @param x [B, 28, 28, 1]; t [B] in 1..T; labels [B] as int32 tensor. Unshuffle stem, RMS norm, classes, no attention. */
export function stockUnet(
  vars: Variables,
  config: UNetConfig,
  x: tf.Tensor4D,
  t: tf.Tensor1D,
  T: number,
  labels: tf.Tensor1D,
): tf.Tensor4D {
  const of = (name: string): tf.Variable => {
    const variable = vars[name];
    if (!variable) throw new Error(`No variable ${name}`);
    return variable;
  };
  const linear = (name: string, h: tf.Tensor2D): tf.Tensor2D => tf.add(tf.matMul(h, of(`${name}.weight`)), of(`${name}.bias`));
  const conv = (name: string, h: tf.Tensor4D, stride = 1, pad: 'same' | 'valid' = 'same'): tf.Tensor4D =>
    tf.add(tf.conv2d(h, of(`${name}.weight`) as unknown as tf.Tensor4D, stride, pad), of(`${name}.bias`));
  const silu = <R extends tf.Rank>(h: tf.Tensor<R>): tf.Tensor<R> => tf.mul(h, tf.sigmoid(h));
  const norm = (name: string, h: tf.Tensor4D): tf.Tensor4D =>
    tf.mul(tf.mul(h, tf.rsqrt(tf.add(tf.mean(tf.square(h), 3, true), epsilon))), of(`${name}.weight`));

  const frequencies = tf.exp(tf.mul(tf.range(0, config.timeFeatures / 2), -Math.log(1000) / (config.timeFeatures / 2 - 1)));
  const angles: tf.Tensor2D = tf.mul(tf.reshape(tf.mul(tf.sub(t, 1), 100 / T), [-1, 1]), tf.reshape(frequencies, [1, -1]));
  const time = linear('time', tf.concat2d([tf.sin(angles), tf.cos(angles)], 1));
  const cond: tf.Tensor2D = silu(
    tf.add(time, tf.matMul(tf.oneHot(labels, config.classes + 1) as tf.Tensor2D, of('label.weight') as unknown as tf.Tensor2D)),
  );

  const block = (name: string, h: tf.Tensor4D): tf.Tensor4D => {
    const channels = h.shape[3];
    const hidden = conv(`${name}.conv1`, silu(norm(`${name}.norm`, h)));
    const scale = tf.reshape(linear(`${name}.scale`, cond), [-1, 1, 1, channels]);
    const shift = tf.reshape(linear(`${name}.shift`, cond), [-1, 1, 1, channels]);
    const told: tf.Tensor4D = silu(tf.add(tf.mul(hidden, tf.add(scale, 1)), shift));
    return tf.add(h, conv(`${name}.conv2`, told));
  };

  const half = config.imageSize / 2;
  const folded: tf.Tensor4D = tf.reshape(tf.transpose(tf.reshape(x, [-1, half, 2, half, 2, 1]), [0, 1, 3, 2, 4, 5]), [
    -1,
    half,
    half,
    4,
  ]);
  const outer = block('down.0.block', conv('stem', folded));
  let h = conv('down.0.down', outer, 2, 'valid');
  h = block('mid.1', block('mid.0', h));
  h = conv('up.0.up', h);
  h = tf.image.resizeNearestNeighbor(h, [half, half]);
  h = block('up.0.block', tf.add(h, outer));
  const out = conv('out', silu(norm('out.norm', h)));
  return tf.reshape(tf.transpose(tf.reshape(out, [-1, half, half, 2, 2, 1]), [0, 1, 3, 2, 4, 5]), [
    -1,
    config.imageSize,
    config.imageSize,
    1,
  ]);
}
