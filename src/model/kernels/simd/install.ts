/** Makes the SIMD kernels known to tfjs under names of their own; src/model asks by name and composes stock operations otherwise. */

import { adamKernel, emaKernel, muonKernel } from '../optimizerPasses';
import { residualBlockGradKernel, residualBlockKernel } from '../residualBlock';
import { linkSimd } from './module';
import { registerOptimizer } from './optimizer';
import { forgetKernel } from './register';
import { registerResidualBlock } from './residualBlock';

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
  registerOptimizer(module);
  return true;
}

/** Back to stock kernels: for comparing the two. */
export function removeSimdKernels(): void {
  for (const name of [residualBlockKernel, residualBlockGradKernel, adamKernel, emaKernel, muonKernel]) forgetKernel(name);
}
