/**
 * Attention to the places of a caption (Vaswani et al. 2017, arXiv:1706.03762, section 3.2): softmax(Q Kᵀ / √d) V within each head,
 * over the places that hold words. Queries are a picture's pixels, or the words themselves.
 */
import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable';

export const attendKernel = 'AttendWords';
/** From dy, query, key, value and weights to dquery, dkey and dvalue. */
export const attendGradKernel = 'AttendWordsGrad';

/** The kernel holds a row of scores in two vectors. */
export const kernelPlaces = 8;
const depthMultiple = 4;
/** Added to the score of a place that holds no word: its exponential is 0, in 16-bit floats too. */
const hidden = -1e4;

export interface Attending {
  /** [B·N, C], N for each of B captions; C a multiple of heads. */
  readonly query: tf.Tensor2D;
  /** [B·places, C] */
  readonly key: tf.Tensor2D;
  readonly value: tf.Tensor2D;
  /** [B, places]: 1 for a place that is looked at, 0 for padding; at least one a row. */
  readonly visible: tf.Tensor2D;
  readonly heads: number;
}

/** @returns [B·N, C] */
export function attendWords(inputs: Attending): tf.Tensor2D {
  const { query, key, value, visible, heads } = inputs;
  if (hasKernel(inputs)) {
    return differentiable(
      [query, key, value],
      () => {
        const [mixed, weights] = runForward(inputs);
        return { value: mixed, saved: [query, key, value, weights] as const };
      },
      (dy, [q, k, v, weights]) =>
        tf.engine().runKernel(attendGradKernel, { dy, query: q, key: k, value: v, weights }, { heads }) as unknown as tf.Tensor[], // a list of three
    );
  }
  const { split, join, scale } = layoutOf(inputs);
  return differentiable(
    [query, key, value],
    () => {
      const [q, k, v] = [split(query), split(key), split(value)];
      const weights = weightsOf(q, k, visible, heads, scale);
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

/** Where each query looks, without a gradient: [B, heads, N, places]. */
export function wordWeights(inputs: Attending): tf.Tensor4D {
  const { query, key, visible, heads } = inputs;
  return tf.tidy(() => {
    if (hasKernel(inputs)) return runForward(inputs)[1];
    const { split, scale } = layoutOf(inputs);
    const [batch, places] = visible.shape;
    return tf.reshape(weightsOf(split(query), split(key), visible, heads, scale), [
      ...[batch, heads],
      ...[query.shape[0] / batch, places],
    ] as [number, number, number, number]);
  });
}

function hasKernel({ query, visible, heads }: Attending): boolean {
  const fits = visible.shape[1] === kernelPlaces && (query.shape[1] / heads) % depthMultiple === 0;
  return fits && tf.getKernel(attendKernel, tf.getBackend()) !== undefined;
}

function runForward({ query, key, value, visible, heads }: Attending): readonly [tf.Tensor2D, tf.Tensor4D] {
  const made: unknown = tf.engine().runKernel(attendKernel, { query, key, value, visible }, { heads });
  return made as readonly [tf.Tensor2D, tf.Tensor4D]; // what was mixed, and the weights
}

/** Between rows [B·N, C] and one matrix for each head of each caption [B·heads, N, C/heads]. */
function layoutOf({ query, visible, heads }: Attending): {
  readonly split: (rows: tf.Tensor2D) => tf.Tensor3D;
  readonly join: (matrices: tf.Tensor3D) => tf.Tensor2D;
  readonly scale: number;
} {
  const batch = visible.shape[0];
  const channels = query.shape[1];
  const depth = channels / heads;
  return {
    scale: 1 / Math.sqrt(depth),
    split: (rows) =>
      tf.reshape(tf.transpose(tf.reshape(rows, [batch, -1, heads, depth]), [0, 2, 1, 3]), [batch * heads, -1, depth]),
    join: (matrices) => tf.reshape(tf.transpose(tf.reshape(matrices, [batch, heads, -1, depth]), [0, 2, 1, 3]), [-1, channels]),
  };
}

/** [B·heads, N, places] */
function weightsOf(q: tf.Tensor3D, k: tf.Tensor3D, visible: tf.Tensor2D, heads: number, scale: number): tf.Tensor3D {
  const [batch, places] = visible.shape;
  const shut = tf.mul(tf.sub(1, visible), hidden);
  const everyHead: tf.Tensor3D = tf.reshape(tf.tile(tf.reshape(shut, [batch, 1, places]), [1, heads, 1]), [
    ...[batch * heads, 1],
    places,
  ] as [number, number, number]);
  return tf.softmax(tf.add<tf.Tensor3D>(tf.mul(tf.matMul(q, k, false, true), scale), everyHead));
}
