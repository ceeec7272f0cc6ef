/**
 * Copies that are none. tfjs clones every tensor that a gradient will need, and its WASM backend then copies the values: tens of
 * megabytes a training step. Tensors are never written to, so a clone can share them, as a reshaped tensor does.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { SimdModule } from './module';
import { given, registerKernel, wasmName } from './register';

/** tfjs's own kernel, for when ours is taken away again. */
const replaced = new Set<tf.KernelConfig>();

export function registerSharing({ backend }: SimdModule): void {
  const stock = tf.getKernel(tf.Identity, wasmName);
  if (stock && replaced.size === 0) replaced.add(stock);
  registerKernel(tf.Identity, ({ inputs }) => {
    const { dataId, shape, dtype } = given(inputs, 'x');
    backend.incRef(dataId);
    return { dataId, shape, dtype };
  });
}

export function stopSharing(): void {
  for (const stock of replaced) {
    tf.unregisterKernel(tf.Identity, wasmName);
    tf.registerKernel(stock);
  }
  replaced.clear();
}
