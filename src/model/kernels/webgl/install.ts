/** Makes the WebGL kernels known to tfjs; src/model asks by name and composes stock operations otherwise. */
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { filmGradKernel, filmKernel } from '../filmLayers';
import { normSiluGradKernel, normSiluKernel } from '../normSilu';
import { adamEmaKernel, gradientNormKernel, muonEmaKernel } from '../optimizerPasses';
import { residualBlockGradKernel, residualBlockKernel } from '../residualBlock';
import { registerAdam } from './adam';
import { registerFilmLayers } from './filmLayers';
import { registerGradientNorm } from './gradientNorm';
import { createLauncher, type Launcher } from './launch';
import { registerMuon } from './muon';
import { forgetKernel } from './register';
import { registerNormSilu } from './normSilu';
import { registerResidualBlock } from './residualBlock';
import { createStockReader } from './stock';
import type { Tools } from './tools';
import { tryKernels } from './trial';

const kernels = [
  ...[residualBlockKernel, residualBlockGradKernel],
  ...[filmKernel, filmGradKernel, normSiluKernel, normSiluGradKernel],
  ...[adamEmaKernel, muonEmaKernel, gradientNormKernel],
];

/** A backend's programs outlast an installation: it is started once to be measured, and again to train. */
const launchers = new WeakMap<MathBackendWebGL, Launcher>();

/**
 * On the running backend, which is to be WebGL with 32-bit floats.
 * @returns whether the kernels are in place
 */
export function installWebglKernels(): boolean {
  try {
    const backend = tf.backend() as MathBackendWebGL; // the caller has started it
    const tools: Tools = {
      launch: launcherOf(backend),
      read: createStockReader(backend),
      dispose: (tensors) => {
        for (const { dataId } of tensors) backend.disposeData(dataId);
      },
    };
    registerResidualBlock(backend, tools);
    registerFilmLayers(tools);
    registerNormSilu(tools);
    registerGradientNorm(tools);
    registerAdam(tools);
    registerMuon(tools);
    tryKernels();
    return true;
  } catch (thrown) {
    console.warn('The WebGL kernels were refused; stock kernels serve in their place.', thrown);
    removeWebglKernels();
    return false;
  }
}

function launcherOf(backend: MathBackendWebGL): Launcher {
  const found = launchers.get(backend) ?? createLauncher(backend);
  launchers.set(backend, found);
  return found;
}

/** Back to stock kernels. */
export function removeWebglKernels(): void {
  kernels.forEach(forgetKernel);
}
