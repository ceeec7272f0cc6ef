/** The shape of unCLIP's diffusion prior, as plain data, the list of its parameters and its cost; no tensors. */
import { elements, linear, type ParameterSpec } from './parameters';

export interface PriorConfig {
  /** Length of an embedding. */
  readonly features: number;
  readonly width: number;
  readonly blocks: number;
  /** Length of the sinusoidal timestep embedding. */
  readonly timeFeatures: number;
}

/** In the order in which the network uses them. */
export function priorParameters({ features, width, blocks, timeFeatures }: PriorConfig): readonly ParameterSpec[] {
  const block = (i: number): readonly ParameterSpec[] => [
    { name: `block.${i}.norm.weight`, shape: [width], start: { kind: 'one' } },
    ...linear(`block.${i}.in`, width, width),
    // Each block starts as the identity.
    ...linear(`block.${i}.out`, width, width).map((spec): ParameterSpec => ({ ...spec, start: { kind: 'zero' } })),
  ];
  return [
    ...linear('noised', features, width),
    ...linear('time', timeFeatures, width),
    ...linear('caption', features, width),
    ...Array.from({ length: blocks }, (_, i) => block(i)).flat(),
    ...linear('clean', width, features),
  ];
}

/** FLOPs of one evaluation for one caption. */
export function priorFlops(config: PriorConfig): number {
  return priorParameters(config).reduce((sum, { shape }) => sum + (shape.length === 2 ? 2 * elements(shape) : 0), 0);
}

/** What an embedding of length 1 is multiplied by for the prior. */
export function priorScale({ features }: Pick<PriorConfig, 'features'>): number {
  return Math.sqrt(features);
}
