/** Registering a kernel for the WASM backend, again and again if need be: each time the backend is started it has another heap. */
import * as tf from '@tensorflow/tfjs-core';

export interface KernelCall {
  readonly inputs: Readonly<Record<string, tf.TensorInfo | undefined>>;
  readonly attrs: Readonly<Record<string, number>>;
}

export const wasmName = 'wasm';

export function registerKernel(kernelName: string, work: (call: KernelCall) => tf.TensorInfo | tf.TensorInfo[]): void {
  forgetKernel(kernelName);
  tf.registerKernel({
    kernelName,
    backendName: wasmName,
    // What our own operations pass are tensors by name and plain numbers.
    kernelFunc: ({ inputs, attrs }) => work({ inputs, attrs: (attrs ?? {}) as unknown as KernelCall['attrs'] }),
  });
}

/** @throws when an operation forgot an input */
export function given(inputs: KernelCall['inputs'], name: string): tf.TensorInfo {
  const input = inputs[name];
  if (!input) throw new Error(`the kernel was not given ${name}`);
  return input;
}

export function forgetKernel(kernelName: string): void {
  if (tf.getKernel(kernelName, wasmName)) tf.unregisterKernel(kernelName, wasmName);
}
