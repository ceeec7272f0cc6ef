/** The weights a network starts from, as plain arrays: the same for the same seed, on every backend. */
import type { Rng } from '../base/rng';
import type { NamedArrays, UNetConfig } from './config';
import type { ParameterSpec, Start } from './parameters';
import { elements, parametersOf } from './parameters';

/** FiLM starts weak, so that at first the timestep bends the features and does not drown them. */
const filmGain = 0.3;
const embeddingDeviation = 0.5;

export function initialise(config: UNetConfig, rng: Rng): NamedArrays {
  return initialiseParameters(parametersOf(config), rng);
}

/** Each parameter draws from a generator of its own name, so a change in one layer leaves the others as they were. */
export function initialiseParameters(specs: readonly ParameterSpec[], rng: Rng): NamedArrays {
  return Object.fromEntries(
    specs.map(({ name, shape, start }) => {
      const draw = drawer(start, rng.fork('parameter', name));
      return [name, { shape, data: Float32Array.from({ length: elements(shape) }, draw) }];
    }),
  );
}

function drawer(start: Start, rng: Rng): () => number {
  switch (start.kind) {
    case 'zero':
      return () => 0;
    case 'one':
      return () => 1;
    case 'embedding':
      return () => embeddingDeviation * rng.normal();
    case 'uniform':
    case 'film': {
      // PyTorch's default for linear and convolution layers, weights and biases alike.
      const bound = (start.kind === 'film' ? filmGain : 1) / Math.sqrt(start.fanIn);
      return () => bound * (2 * rng.uniform() - 1);
    }
  }
}
