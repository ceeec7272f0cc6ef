/** How surprised a classifier is by the right answer: −log softmax(logits)[label], with its gradient softmax − one-hot. */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../base/errors';
import { differentiable } from './differentiable';
import { oneHot } from './oneHot';

/**
 * @param logits [B, classes]
 * @param labels one class per row
 * @returns the mean over the rows, in nats
 * @throws shape, when there are not as many labels as rows
 */
export function crossEntropy(logits: tf.Tensor2D, labels: Int32Array): tf.Scalar {
  const [batch, classes] = logits.shape;
  if (labels.length !== batch) throw new AppError('shape', `${batch} rows of logits came with ${labels.length} labels.`);
  return differentiable(
    [logits],
    () => {
      const target = oneHot(labels, classes);
      // Shifted by the largest logit, so that no exponential overflows; softmax does not see the shift.
      const shifted = tf.sub(logits, tf.max(logits, 1, true));
      const exponentials = tf.exp(shifted);
      const sum = tf.sum(exponentials, 1, true);
      const right = tf.sum(tf.mul(shifted, target), 1, true);
      const value: tf.Scalar = tf.mean(tf.sub(tf.log(sum), right));
      return { value, saved: [tf.sub(tf.div(exponentials, sum), target)] as const };
    },
    (dy, [difference]) => [tf.mul(difference, tf.div(dy, batch))],
  );
}
