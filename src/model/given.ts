/** Everything a network is told besides a noised picture and its timestep. */
import type * as tf from '@tensorflow/tfjs-core';

export interface Given {
  /** One class per picture, config.classes for "not told"; null tells none, and is the only choice without classes. */
  readonly labels: Int32Array | null;
  /** The smaller picture of an upsampler [B, S, S, conditionChannels], enlarged and noised already; borrowed. */
  readonly small?: tf.Tensor4D | undefined;
  /** How much noise is on it, for a network that can be told: [B], 0 … augmentationLevels − 1. */
  readonly augmentation?: Int32Array | undefined;
  /** Captions as words [B·places], 0 for padding; a row of padding is the empty caption, "not told". */
  readonly tokens?: Int32Array | undefined;
  /** An embedding of each wanted picture [B, vectorFeatures]; a row of zeros is "not told"; borrowed. */
  readonly vector?: tf.Tensor2D | undefined;
}
