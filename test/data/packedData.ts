/** Before any test: public/mnist/ holds the packed data, and the SIMD kernels are compiled. */
import { compileKernels } from '../../scripts/compileKernels';
import { packData } from '../../scripts/packData';

export default async function setup(): Promise<void> {
  packData();
  await compileKernels();
}
