/** Registering a kernel for the WebGL backend; again after a lost context, when there is another backend. */
import * as tf from '@tensorflow/tfjs-core';
import type { KernelCall as WasmKernelCall } from '../simd/register';

export { given } from '../simd/register';

/** No kernel here takes lists of numbers. */
export type KernelCall = Omit<WasmKernelCall, 'lists'>;

const backendName = 'webgl';

export function registerKernel(kernelName: string, work: (call: KernelCall) => tf.TensorInfo | tf.TensorInfo[]): void {
  forgetKernel(kernelName);
  tf.registerKernel({
    kernelName,
    backendName,
    // What our own operations pass are tensors by name and plain numbers.
    kernelFunc: ({ inputs, attrs }) => work({ inputs, attrs: (attrs ?? {}) as unknown as KernelCall['attrs'] }),
  });
}

export function forgetKernel(kernelName: string): void {
  if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
}
