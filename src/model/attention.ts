/** Self-attention over the pixels of a picture (Vaswani et al. 2017, arXiv:1706.03762; in a U-Net: DDPM, appendix B). */
import * as tf from '@tensorflow/tfjs-core';
import type { UNetConfig } from './config';
import { convLayer } from './convLayer';
import { differentiable } from './kernels/differentiable';
import { add } from './kernels/sum';
import { norm } from './norm';
import type { Params } from './tensors';

const channelsPerHead = 32;

/**
 * x + out(attend(q, k, v)) on the normalised x; starts as the identity, because out starts at zero.
 * @param x [B, H, W, C]
 */
export function attention(params: Params, name: string, kind: UNetConfig['norm'], x: tf.Tensor4D): tf.Tensor4D {
  const input = norm(params, `${name}.norm`, kind, x);
  const heads = headsFor(x.shape[3]);
  const mixed = attend(
    convLayer(params, `${name}.query`, input),
    convLayer(params, `${name}.key`, input),
    convLayer(params, `${name}.value`, input),
    heads,
  );
  return add(x, convLayer(params, `${name}.out`, mixed));
}

function headsFor(channels: number): number {
  return Math.max(1, Math.floor(channels / channelsPerHead));
}

/**
 * softmax(Q Kᵀ / √d) V within each head; every pixel looks at every pixel.
 * @param query [B, H, W, C], like key and value; C a multiple of heads
 */
export function attend(query: tf.Tensor4D, key: tf.Tensor4D, value: tf.Tensor4D, heads: number): tf.Tensor4D {
  const [batch, height, width, channels] = query.shape;
  const depth = channels / heads;
  const scale = 1 / Math.sqrt(depth);
  const split = (x: tf.Tensor4D): tf.Tensor3D =>
    tf.reshape(tf.transpose(tf.reshape(x, [batch, height * width, heads, depth]), [0, 2, 1, 3]), [
      batch * heads,
      height * width,
      depth,
    ]);
  const join = (x: tf.Tensor3D): tf.Tensor4D =>
    tf.reshape(tf.transpose(tf.reshape(x, [batch, heads, height * width, depth]), [0, 2, 1, 3]), [
      batch,
      height,
      width,
      channels,
    ]);

  return differentiable(
    [query, key, value],
    () => {
      const [q, k, v] = [split(query), split(key), split(value)];
      const weights: tf.Tensor3D = tf.softmax(tf.mul(tf.matMul(q, k, false, true), scale)); // [B·heads, pixels, pixels]
      return { value: join(tf.matMul(weights, v)), saved: [q, k, v, weights] as const };
    },
    (dy, [q, k, v, weights]) => {
      const dMixed = split(dy);
      const dWeights = tf.matMul(dMixed, v, false, true);
      // Through the softmax: rows of weights sum to one, so only differences within a row count.
      const rowMean = tf.sum(tf.mul(dWeights, weights), 2, true);
      const dScores: tf.Tensor3D = tf.mul(tf.mul(weights, tf.sub(dWeights, rowMean)), scale);
      return [
        join(tf.matMul(dScores, k)),
        join(tf.matMul(dScores, q, true, false)),
        join(tf.matMul(weights, dMixed, true, false)),
      ];
    },
  );
}
