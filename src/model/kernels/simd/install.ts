/** Makes the SIMD kernels known to tfjs under names of their own; src/model asks by name and composes stock operations otherwise. */
import { affineInputGradKernel, affineKernel, affineWeightGradKernel } from '../affine';
import { attendGradKernel, attendKernel } from '../attendWords';
import { convFilterGradKernel, convInputGradKernel, convKernel } from '../biasedConv';
import { filmGradKernel, filmKernel } from '../filmLayers';
import { forwardProcessKernel } from '../forwardProcess';
import { lincombKernel } from '../lincomb';
import { normalsKernel } from '../normals';
import { normSiluGradKernel, normSiluKernel } from '../normSilu';
import { adamEmaKernel, adamKernel, emaKernel, gradientNormKernel, muonEmaKernel, muonKernel } from '../optimizerPasses';
import { residualBlockGradKernel, residualBlockKernel } from '../residualBlock';
import { rmsGradKernel, rmsKernel } from '../rms';
import { siluGradKernel, siluKernel } from '../silu';
import { registerAttend } from './attend';
import { registerConvolution } from './convolution';
import { registerLayers } from './layers';
import { registerLincomb } from './lincomb';
import { linkSimd } from './module';
import { registerNoise } from './noise';
import { registerOptimizer } from './optimizer';
import { forgetKernel } from './register';
import { registerResidualBlock } from './residualBlock';
import { registerSharing, stopSharing } from './sharing';

const ours = [
  ...[residualBlockKernel, residualBlockGradKernel],
  ...[convKernel, convInputGradKernel, convFilterGradKernel],
  ...[affineKernel, affineInputGradKernel, affineWeightGradKernel],
  ...[filmKernel, filmGradKernel, normSiluKernel, normSiluGradKernel, siluKernel, siluGradKernel],
  ...[rmsKernel, rmsGradKernel, attendKernel, attendGradKernel],
  ...[adamKernel, emaKernel, muonKernel, gradientNormKernel, adamEmaKernel, muonEmaKernel],
  ...[forwardProcessKernel, normalsKernel, lincombKernel],
];

/**
 * @param binary a build of assembly/index.ts
 * @returns whether the kernels are in place
 */
export async function installSimdKernels(binary: BufferSource): Promise<boolean> {
  const module = await linkSimd(binary).catch((thrown: unknown) => {
    console.warn('The SIMD kernels were refused; stock kernels serve in their place.', thrown);
    return null;
  });
  if (module === null) return false;
  registerResidualBlock(module);
  registerConvolution(module);
  registerLayers(module);
  registerAttend(module);
  registerOptimizer(module);
  registerNoise(module);
  registerLincomb(module);
  registerSharing(module);
  return true;
}

/** Back to stock kernels: for comparing the two. */
export function removeSimdKernels(): void {
  for (const name of ours) forgetKernel(name);
  stopSharing();
}
