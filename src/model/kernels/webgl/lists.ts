/** Inputs that have come as a list: their names are their places (../optimizerPasses.ts). */
import type * as tf from '@tensorflow/tfjs-core';
import { given, type KernelCall } from './register';

export function listOf(inputs: KernelCall['inputs']): readonly tf.TensorInfo[] {
  return Object.keys(inputs).map((_, i) => given(inputs, String(i)));
}

/** A list of groups, of which each has these names in this order, and one more tensor at its end. */
export function inGroups<Name extends string>(
  inputs: KernelCall['inputs'],
  names: readonly Name[],
): { readonly groups: readonly Readonly<Record<Name, tf.TensorInfo>>[]; readonly last: tf.TensorInfo } {
  const end = Object.keys(inputs).length - 1;
  const groups = Array.from({ length: end / names.length }, (_, group) => {
    const entries = names.map((name, i) => [name, given(inputs, String(group * names.length + i))] as const);
    return Object.fromEntries(entries) as Record<Name, tf.TensorInfo>; // an entry for every name
  });
  return { groups, last: given(inputs, String(end)) };
}

export function chunks<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}
