/** The tensors of a run: made at the start, read back for a checkpoint, restored from one. */
import { AppError } from '../base/errors';
import { createRng } from '../base/rng';
import type { NamedArray, NamedArrays } from '../model/config';
import { initialiseParameters } from '../model/initialise';
import { elements, parametersOf, type ParameterSpec } from '../model/parameters';
import type { Params } from '../model/tensors';
import { disposeAll, toArrays, toTensors } from '../model/tensors';
import type { Weights } from './optimizer';
import { isMuonParameter } from './muonParameters';
import type { Recipe } from './recipe';

/** Names in a checkpoint: 'param/down.0.block.conv1.weight', 'adam.m/…'. */
export const prefixes: Readonly<Record<keyof Weights, string>> = {
  param: 'param/',
  ema: 'ema/',
  adamM: 'adam.m/',
  adamV: 'adam.v/',
  muon: 'muon/',
};
const parts = Object.keys(prefixes) as readonly (keyof Weights)[]; // the record is closed: these are its keys

/** Whatever is trained: its parameters, and whose step each of them takes. */
export interface Trained {
  readonly parameters: readonly ParameterSpec[];
  readonly isMuon: (name: string) => boolean;
}

/** @throws range, for a network that cannot be built */
export function trainedBy(recipe: Recipe): Trained {
  return { parameters: parametersOf(recipe.model), isMuon: (name) => isMuonParameter(recipe, name) };
}

/** Which of a parameter's tensors a run keeps. */
function keeps({ isMuon }: Trained, part: keyof Weights, name: string): boolean {
  if (part === 'param' || part === 'ema') return true;
  return (part === 'muon') === isMuon(name);
}

/** A fresh run: the average starts at the weights, all moments at zero. */
export function freshWeights(trained: Trained, seed: number): Weights {
  const start = initialiseParameters(trained.parameters, createRng(seed, 'initialise'));
  return build(trained, (part, name) => {
    const drawn = start[name];
    if (drawn === undefined) throw new AppError('internal', `No initial value for “${name}”.`);
    return part === 'param' || part === 'ema' ? drawn : { shape: drawn.shape, data: new Float32Array(drawn.data.length) };
  });
}

/** @throws weights/format, naming the tensor that is missing, misshapen or not finite */
export function restoredWeights(trained: Trained, state: NamedArrays): Weights {
  return build(trained, (part, name, shape) => checked(state, `${prefixes[part]}${name}`, shape));
}

/**
 * Whether this is the whole state of a run, and nothing else.
 * @throws weights/format, naming the tensor that is missing, misshapen, not finite or too much
 */
export function checkState(trained: Trained, state: NamedArrays): void {
  const needed = trained.parameters.flatMap(({ name, shape }) =>
    parts.filter((part) => keeps(trained, part, name)).map((part) => ({ key: `${prefixes[part]}${name}`, shape })),
  );
  for (const { key, shape } of needed) checked(state, key, shape);
  const known = new Set(needed.map(({ key }) => key));
  const stray = Object.keys(state).find((key) => !known.has(key));
  if (stray !== undefined) throw new AppError('weights/format', `This network has no place for the tensor “${stray}”.`);
}

/** @throws weights/format */
function checked(state: NamedArrays, key: string, shape: readonly number[]): NamedArray {
  const found = state[key];
  if (found === undefined) throw new AppError('weights/format', `There is no tensor named “${key}”.`);
  if (found.shape.join() !== shape.join() || found.data.length !== elements(shape)) {
    throw new AppError(
      'weights/format',
      `The tensor “${key}” has the shape [${found.shape.join(', ')}]; this network needs [${shape.join(', ')}].`,
    );
  }
  if (!found.data.every(Number.isFinite))
    throw new AppError('weights/format', `The tensor “${key}” holds values that are not finite numbers.`);
  return found;
}

function build(trained: Trained, value: (part: keyof Weights, name: string, shape: readonly number[]) => NamedArray): Weights {
  const arrays = (part: keyof Weights): NamedArrays =>
    Object.fromEntries(
      trained.parameters
        .filter(({ name }) => keeps(trained, part, name))
        .map(({ name, shape }) => [name, value(part, name, shape)]),
    );
  // All checks before the first tensor, so that a damaged checkpoint leaves none behind.
  const all = {
    param: arrays('param'),
    ema: arrays('ema'),
    adamM: arrays('adamM'),
    adamV: arrays('adamV'),
    muon: arrays('muon'),
  };
  return {
    param: toTensors(all.param),
    ema: toTensors(all.ema),
    adamM: toTensors(all.adamM),
    adamV: toTensors(all.adamV),
    muon: toTensors(all.muon),
  };
}

/** One set of weights out of a run's state, under the network's own names. */
export function weightsIn(state: NamedArrays, which: 'ema' | 'raw'): NamedArrays {
  const prefix = which === 'ema' ? prefixes.ema : prefixes.param;
  const entries = Object.entries(state).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(entries.map(([key, array]) => [key.slice(prefix.length), array]));
}

/** Weights alone as a state to go on from: the average stands where they do, and the optimiser remembers nothing. */
export function stateFromWeights(trained: Trained, weights: NamedArrays): NamedArrays {
  const entries = Object.entries(weights).flatMap(([name, array]) => {
    const nothing = { shape: array.shape, data: new Float32Array(array.data.length) };
    return parts
      .filter((part) => keeps(trained, part, name))
      .map((part) => [`${prefixes[part]}${name}`, part === 'param' || part === 'ema' ? array : nothing] as const);
  });
  return Object.fromEntries(entries);
}

/** True for the tensors of a whole run, whose names say which part of it they are. */
export function isWholeState(arrays: NamedArrays): boolean {
  return Object.keys(arrays).some((key) => parts.some((part) => key.startsWith(prefixes[part])));
}

/** Everything, under its prefixed names. */
export async function exportWeights(weights: Weights): Promise<NamedArrays> {
  const flat: Params = Object.fromEntries(
    parts.flatMap((part) => Object.entries(weights[part]).map(([name, tensor]) => [`${prefixes[part]}${name}`, tensor] as const)),
  );
  return toArrays(flat);
}

export function disposeWeights(weights: Weights): void {
  for (const part of parts) disposeAll(weights[part]);
}
