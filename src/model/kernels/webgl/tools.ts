/** What every kernel is made with. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Launcher } from './launch';
import type { StockReader } from './stock';

export interface Tools {
  readonly launch: Launcher;
  readonly read: StockReader;
  /** Gives textures back to the backend. */
  readonly dispose: (tensors: readonly tf.TensorInfo[]) => void;
}

/** @throws when a launch gave nothing */
export function only([tensor]: readonly tf.TensorInfo[]): tf.TensorInfo {
  if (!tensor) throw new Error('a launch gave nothing');
  return tensor;
}
