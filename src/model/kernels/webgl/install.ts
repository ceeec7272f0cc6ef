/** Makes the WebGL kernels known to tfjs; src/model asks by name and composes stock operations otherwise. */
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { residualBlockGradKernel, residualBlockKernel } from '../residualBlock';
import { createLauncher } from './launch';
import { forgetKernel } from './register';
import { registerResidualBlock } from './residualBlock';

const kernels = [residualBlockKernel, residualBlockGradKernel];

/**
 * On the running backend, which is to be WebGL with 32-bit floats.
 * @returns whether the kernels are in place
 */
export function installWebglKernels(): boolean {
  try {
    const backend = tf.backend() as MathBackendWebGL; // the caller has started it
    registerResidualBlock(backend, createLauncher(backend));
    return true;
  } catch (thrown) {
    console.warn('The WebGL kernels were refused; stock kernels serve in their place.', thrown);
    removeWebglKernels();
    return false;
  }
}

/** Back to stock kernels. */
export function removeWebglKernels(): void {
  kernels.forEach(forgetKernel);
}
