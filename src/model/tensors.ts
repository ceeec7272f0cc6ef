/** The network's parameters as tensors, and the way from and to plain arrays. */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors';
import type { NamedArrays } from './config';

/**
 * A flat record of named tensors, as in a state dict: 'down.0.block.conv1.weight'. Never written in place: the WASM backend
 * packs a filter once per tensor and would go on using the old values. An update makes new tensors.
 */
export type Params = Readonly<Record<string, tf.Tensor>>;

/**
 * One parameter by its name.
 * @throws weights/format, naming what is missing
 */
export function parameter<R extends tf.Rank>(params: Params, name: string): tf.Tensor<R> {
  const found = params[name];
  if (found === undefined) throw new AppError('weights/format', `The weights have no tensor named “${name}”.`);
  return found as tf.Tensor<R>; // ranks are checked where weights come in: checkWeights, initialise
}

/** New tensors; the caller disposes them (disposeAll). */
export function toTensors(arrays: NamedArrays): Params {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { data, shape }]) => [name, tf.tensor(data.slice(), [...shape], 'float32')]),
  );
}

/** Copies; the tensors stay whole. */
export async function toArrays(params: Params): Promise<NamedArrays> {
  const entries = Object.entries(params).map(async ([name, tensor]) => {
    const data = await tensor.data<'float32'>();
    return [name, { shape: [...tensor.shape], data: Float32Array.from(data) }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

export function disposeAll(params: Params): void {
  for (const tensor of Object.values(params)) tensor.dispose();
}
