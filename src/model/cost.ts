/** What a network weighs and what an evaluation costs. Plain arithmetic, no tensors. */
import type { UNetConfig } from './config';
import { layersOf } from './layers';
import { elements, parametersOf } from './parameters';

/** A multiply-add counts as two floating-point operations. */
const flopsPerMultiplyAdd = 2;

export function parameterCount(config: UNetConfig): number {
  return parametersOf(config).reduce((sum, { shape }) => sum + elements(shape), 0);
}

/** FLOPs of one network evaluation of one picture: convolutions, linear layers and attention; the rest is below 2%. */
export function flopsPerEvaluation(config: UNetConfig): number {
  return flopsPerMultiplyAdd * layersOf(config).reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
}
