/**
 * An operation with a gradient of its own. Every operation on the network's path has one: the WASM backend lacks some of
 * the kernels that stock gradients call, and a gradient written for the whole layer needs fewer passes over memory.
 */
import * as tf from '@tensorflow/tfjs-core';

/**
 * @param inputs   what may be differentiated; borrowed
 * @param forward  computes the value, and what the gradient will need of it
 * @param backward from dL/dvalue to dL/dinput, one per input and in their order. A tensor that serves two inputs must be
 *                 cloned: the tape disposes a gradient once it has added another to it.
 */
export function differentiable<Out extends tf.Tensor, Saved extends readonly tf.Tensor[]>(
  inputs: readonly tf.Tensor[],
  forward: () => { readonly value: Out; readonly saved: Saved },
  backward: (dy: Out, saved: Saved) => readonly tf.Tensor[],
): Out {
  const operation = tf.customGrad((...args) => {
    const save = args[args.length - 1] as tf.GradSaveFunc; // customGrad's contract: the last argument saves
    const { value, saved } = forward();
    save([...saved]);
    return {
      value,
      // The tape hands back what save got, in the same order, and a dy of value's shape.
      gradFunc: (dy, kept) => [...backward(dy as Out, kept as unknown as Saved)],
    };
  });
  return operation(...inputs) as Out; // customGrad returns forward's value
}
