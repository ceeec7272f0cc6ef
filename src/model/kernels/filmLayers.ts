/** FiLM's two linear layers as one operation with one gradient, where a backend has a kernel for it; null elsewhere. */
import * as tf from '@tensorflow/tfjs-core';

export const filmKernel = 'FilmLayers';
/** From dscale, dshift and the inputs to the gradients of the inputs, in filmInputs' order. */
export const filmGradKernel = 'FilmLayersGrad';

const multiple = 8;
const filmInputs = ['cond', 'scaleWeight', 'scaleBias', 'shiftWeight', 'shiftBias'] as const;

export interface FilmLayers {
  /** [B, embedding] */
  readonly cond: tf.Tensor2D;
  /** Weights [embedding, C], biases [C]. */
  readonly scaleWeight: tf.Tensor;
  readonly scaleBias: tf.Tensor;
  readonly shiftWeight: tf.Tensor;
  readonly shiftBias: tf.Tensor;
}

/** Both [B, C]: cond·weight + bias. */
export function filmLayers(layers: FilmLayers): { readonly scale: tf.Tensor2D; readonly shift: tf.Tensor2D } | null {
  const fits = layers.scaleWeight.shape.every((length) => length % multiple === 0);
  if (!fits || tf.getKernel(filmKernel, tf.getBackend()) === undefined) return null;
  const [scale, shift] = tf.engine().runKernel(filmKernel, { ...layers }) as unknown as tf.Tensor2D[]; // a list of two
  if (!scale || !shift) throw new Error('the kernel gave less than it should');
  return { scale, shift };
}

tf.registerGradient({
  kernelName: filmKernel,
  inputsToSave: ['cond', 'scaleWeight', 'shiftWeight'],
  gradFunc: (dys, saved) => {
    const [cond, scaleWeight, shiftWeight] = saved;
    const [dscale, dshift] = Array.isArray(dys) ? dys : [];
    if (!cond || !scaleWeight || !shiftWeight || !dscale || !dshift) throw new Error('two linear layers have two results');
    const inputs = { dscale, dshift, cond, scaleWeight, shiftWeight };
    const gradients = tf.engine().runKernel(filmGradKernel, inputs) as unknown as tf.Tensor[]; // a list of five
    return Object.fromEntries(
      filmInputs.map((name, i) => [
        name,
        (): tf.Tensor => {
          const gradient = gradients[i];
          if (!gradient) throw new Error(`the kernel gave no gradient for ${name}`);
          return gradient;
        },
      ]),
    );
  },
});
