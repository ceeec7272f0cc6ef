/**
 * The residual block as one operation with a gradient of its own, where a backend has a kernel for it; its definition, and what
 * serves everywhere else, is the composition in ../block.ts.
 */
import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable';

export const residualBlockKernel = 'ResidualBlock';
export const residualBlockGradKernel = 'ResidualBlockGrad';

/** Channels that a vector of eight divides. */
const channelMultiple = 8;

export interface ResidualBlockInputs {
  /** [B, H, W, C] */
  readonly x: tf.Tensor4D;
  /** [C], of the RMS norm; null for no norm */
  readonly gain: tf.Tensor | null;
  /** [3, 3, C, C] and [C] */
  readonly w1: tf.Tensor;
  readonly b1: tf.Tensor;
  /** [B, C] */
  readonly scale: tf.Tensor;
  readonly shift: tf.Tensor;
  readonly w2: tf.Tensor;
  readonly b2: tf.Tensor;
}

/** Whether the running backend has the kernel, and this block fits it. */
export function hasResidualBlock(x: tf.Tensor4D): boolean {
  return x.shape[3] % channelMultiple === 0 && tf.getKernel(residualBlockKernel, tf.getBackend()) !== undefined;
}

/** [B, H, W, C]; call only where hasResidualBlock says so. */
export function residualBlock(inputs: ResidualBlockInputs): tf.Tensor4D {
  const { x, gain, w1, b1, scale, shift, w2, b2 } = inputs;
  const named = gain === null ? { x, w1, b1, scale, shift, w2, b2 } : { x, gain, w1, b1, scale, shift, w2, b2 };
  const isRecording = tf.engine().state.gradientDepth > 0;
  const list = Object.values(named);
  return differentiable(
    list,
    () => {
      const [y, ...kept] = run(residualBlockKernel, named, { keep: isRecording ? 1 : 0 });
      if (!y) throw new Error('the kernel gave nothing');
      return { value: y as tf.Tensor4D, saved: isRecording ? [...list, ...kept] : [] };
    },
    (dy, saved) => {
      const names = Object.keys(named);
      const kept = Object.fromEntries([...names, 'h', 'v1', 'v2'].map((name, i) => [name, saved[i] as tf.Tensor]));
      const [dx, dgain, ...rest] = run(residualBlockGradKernel, { dy, ...kept }, {});
      if (!dx || !dgain) throw new Error('the kernel gave nothing');
      return gain === null ? [dx, ...rest] : [dx, dgain, ...rest];
    },
  );
}

function run(kernel: string, inputs: Readonly<Record<string, tf.Tensor>>, attrs: Readonly<Record<string, number>>): tf.Tensor[] {
  return tf.engine().runKernel(kernel, { ...inputs }, { ...attrs }) as unknown as tf.Tensor[]; // both kernels return lists
}
