/**
 * The residual block as one operation with a gradient of its own, where a backend has a kernel for it; its definition, and what
 * serves everywhere else, is the composition in ../block.ts.
 */
import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable';
import { fitsTextures } from './fitsTextures';

export const residualBlockKernel = 'ResidualBlock';
export const residualBlockGradKernel = 'ResidualBlockGrad';

/** What the gradient kernel gives after the gradient of x (or of what was activated elsewhere), in this order. */
const gradientOrder: readonly string[] = ['gain', 'w1', 'b1', 'scale', 'shift', 'w2', 'b2'];

/** Channels that a vector of eight divides. */
const channelMultiple = 8;

export interface ResidualBlockInputs {
  /** [B, H, W, C] */
  readonly x: tf.Tensor4D;
  /** What comes before the first convolution: SiLU alone, SiLU of the RMS norm with a gain [C], or whatever was done elsewhere. */
  readonly before:
    | { readonly kind: 'none' }
    | { readonly kind: 'rms'; readonly gain: tf.Tensor }
    | { readonly kind: 'done'; readonly activated: tf.Tensor4D };
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
  return (
    x.shape[3] % channelMultiple === 0 &&
    fitsTextures(x.shape) &&
    tf.getKernel(residualBlockKernel, tf.getBackend()) !== undefined
  );
}

/** [B, H, W, C]; call only where hasResidualBlock says so. */
export function residualBlock({ x, before, ...weights }: ResidualBlockInputs): tf.Tensor4D {
  const named: Readonly<Record<string, tf.Tensor>> = { x, ...withoutKind(before), ...weights };
  const names = Object.keys(named);
  const isRecording = tf.engine().state.gradientDepth > 0;
  return differentiable(
    Object.values(named),
    () => {
      const [y, ...kept] = run(residualBlockKernel, named, { keep: isRecording ? 1 : 0 });
      if (!y) throw new Error('the kernel gave nothing');
      return { value: y as tf.Tensor4D, saved: isRecording ? [...Object.values(named), ...kept] : [] };
    },
    (dy, saved) => {
      // What the kernel kept for itself comes after the inputs: kept0, kept1 …
      const kept = Object.fromEntries(saved.map((tensor, i) => [names[i] ?? `kept${i - names.length}`, tensor]));
      const [first, ...rest] = run(residualBlockGradKernel, { dy, ...kept }, {});
      const gradients = new Map(gradientOrder.map((name, i) => [name, rest[i]]));
      gradients.set(before.kind === 'done' ? 'activated' : 'x', first);
      // What was activated elsewhere has its own way back; x itself was only added.
      if (before.kind === 'done') gradients.set('x', tf.clone(dy));
      return names.map((name) => {
        const gradient = gradients.get(name);
        if (!gradient) throw new Error(`the kernel gave no gradient for ${name}`);
        return gradient;
      });
    },
  );
}

function withoutKind(before: ResidualBlockInputs['before']): Readonly<Record<string, tf.Tensor>> {
  if (before.kind === 'rms') return { gain: before.gain };
  return before.kind === 'done' ? { activated: before.activated } : {};
}

function run(kernel: string, inputs: Readonly<Record<string, tf.Tensor>>, attrs: Readonly<Record<string, number>>): tf.Tensor[] {
  return tf.engine().runKernel(kernel, { ...inputs }, { ...attrs }) as unknown as tf.Tensor[]; // both kernels return lists
}
