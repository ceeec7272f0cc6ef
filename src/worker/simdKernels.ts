/** Our SIMD kernels on the WASM backend: which build this machine can run, and what happens where it can run none. */
import { installSimdKernels } from '../model/kernels/simd/install';
import type { EngineHost, KernelBuild } from './host';

/**
 * The smallest modules that use an instruction of each kind: functions that return i8x16.splat of a constant, and
 * f32x4.relaxed_madd of three such. Engines that don't know the instruction refuse to validate them.
 */
const probes: Readonly<Record<KernelBuild, readonly number[]>> = {
  simd: [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11],
  relaxedSimd: [
    ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0],
    ...[65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 11],
  ],
};

function canRun(build: KernelBuild): boolean {
  return WebAssembly.validate(Uint8Array.from(probes[build]));
}

/** The best build that this machine runs; null without SIMD. */
export function kernelBuild(): KernelBuild | null {
  if (canRun('relaxedSimd')) return 'relaxedSimd';
  return canRun('simd') ? 'simd' : null;
}

/** The build whose results are the same everywhere: relaxed instructions round as the processor likes. */
export function strictBuild(): KernelBuild | null {
  return canRun('simd') ? 'simd' : null;
}

/**
 * Stock kernels go on serving where there is no SIMD, or where the module cannot be had; the console says so.
 * @returns whether ours are in place
 */
export async function installKernels(
  load: NonNullable<EngineHost['loadKernels']>,
  build: KernelBuild | null = kernelBuild(),
): Promise<boolean> {
  if (build === null) return false;
  try {
    return await installSimdKernels(await load(build));
  } catch (thrown) {
    console.warn('The SIMD kernels could not be loaded; stock kernels serve in their place.', thrown);
    return false;
  }
}
