/**
 * The symmetric contrastive loss (Radford et al. 2021, CLIP, arXiv:2103.00020, figure 3; Oord et al. 2018, arXiv:1807.03748): how
 * surprising it is that each picture belongs to its own caption among all captions of the batch, and each caption to its own picture.
 * With similarities S = I·Tᵀ and a sharpness s: −½·(log softmax over row i of s·S + log softmax over column i of s·S) at [i, i].
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../base/errors';
import { differentiable } from './differentiable';

/** s = e to the power of log + start; beyond `most` that counts as `most`, and has no slope. */
export interface Sharpness {
  /** [1], learned. */
  readonly log: tf.Tensor;
  readonly start: number;
  readonly most: number;
}

/** s itself: [1]. */
export function scaleOf({ log, start, most }: Sharpness): tf.Tensor1D {
  return tf.exp(tf.minimum(tf.add(log, start), most));
}

/**
 * @param images [B, C], rows of length 1
 * @param texts [B, C], the same of the captions, in the same order
 * @returns [B] in nats; ln B where nothing is known
 * @throws shape
 */
export function pairSurprise(images: tf.Tensor2D, texts: tf.Tensor2D, sharpness: Sharpness): tf.Tensor1D {
  const { log, start, most } = sharpness;
  const [batch] = images.shape;
  if (texts.shape.join() !== images.shape.join()) {
    throw new AppError('shape', `Embeddings [${images.shape.join()}] and [${texts.shape.join()}] are no pairs.`);
  }
  return differentiable(
    [images, texts, log],
    () => {
      const scale = scaleOf(sharpness);
      const similarity = tf.matMul(images, tf.transpose(texts));
      const scaled: tf.Tensor2D = tf.mul(similarity, scale);
      const byRow = surprises(scaled);
      const byColumn = surprises(tf.transpose(scaled));
      const value: tf.Tensor1D = tf.mul(tf.add(byRow.own, byColumn.own), 0.5);
      return { value, saved: [images, texts, log, similarity, scale, byRow.wrong, byColumn.wrong] as const };
    },
    (dy, [image, text, current, similarity, scale, wrongRows, wrongColumns]) => {
      const weights: tf.Tensor2D = tf.reshape(tf.mul(dy, 0.5), [batch, 1]);
      // dL/d(s·S): softmax − one-hot, of the rows and, turned back, of the columns.
      const dScaled: tf.Tensor2D = tf.add(tf.mul(weights, wrongRows), tf.transpose(tf.mul(weights, wrongColumns)));
      const dSimilarity: tf.Tensor2D = tf.mul(dScaled, scale);
      const isFree = tf.cast(tf.less(tf.add(current, start), most), 'float32');
      return [
        tf.matMul(dSimilarity, text),
        tf.matMul(tf.transpose(dSimilarity), image),
        tf.mul(isFree, tf.sum(tf.mul(dSimilarity, similarity))), // ds/d(log s) = s
      ];
    },
  );
}

/** own: −log of what row i gives to entry i. wrong: the rows' shares, less 1 on the diagonal. */
function surprises(scores: tf.Tensor2D): { readonly own: tf.Tensor1D; readonly wrong: tf.Tensor2D } {
  const diagonal: tf.Tensor2D = tf.eye(scores.shape[0]);
  // Shifted by the largest, so that no exponential overflows; shares do not see the shift.
  const shifted = tf.sub(scores, tf.max(scores, 1, true));
  const exponentials = tf.exp(shifted);
  const sum = tf.sum(exponentials, 1, true);
  const right = tf.sum(tf.mul(shifted, diagonal), 1);
  return {
    own: tf.sub(tf.reshape(tf.log(sum), [scores.shape[0]]), right),
    wrong: tf.sub(tf.div(exponentials, sum), diagonal),
  };
}
