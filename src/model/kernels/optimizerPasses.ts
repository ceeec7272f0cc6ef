/** Updates of a whole tensor in one pass over memory, where a backend has a kernel for it; src/training says what they compute. */
import * as tf from '@tensorflow/tfjs-core';

export const adamKernel = 'AdamPass';
export const emaKernel = 'EmaPass';
export const muonKernel = 'MuonPass';

type Inputs<Names extends string> = Readonly<Record<Names, tf.Tensor>>;
type Numbers<Names extends string> = Readonly<Record<Names, number>>;

export function hasPass(kernel: typeof adamKernel | typeof emaKernel | typeof muonKernel): boolean {
  return tf.getKernel(kernel, tf.getBackend()) !== undefined;
}

/** @param attrs rate and epsilon with Adam's bias corrections in them */
export function adamPass(
  inputs: Inputs<'value' | 'm' | 'v' | 'gradient' | 'clip'>,
  attrs: Numbers<'rate' | 'beta1' | 'beta2' | 'epsilon'>,
): Inputs<'value' | 'm' | 'v'> {
  const [value, m, v] = run(adamKernel, inputs, attrs);
  return { value: made(value), m: made(m), v: made(v) };
}

export function emaPass(average: tf.Tensor, value: tf.Tensor, decay: number): tf.Tensor {
  return made(run(emaKernel, { average, value }, { decay })[0]);
}

export function muonPass(
  inputs: Inputs<'value' | 'buffer' | 'gradient' | 'clip'>,
  attrs: Numbers<'rate' | 'momentum'>,
): Inputs<'value' | 'buffer'> {
  const [value, buffer] = run(muonKernel, inputs, attrs);
  return { value: made(value), buffer: made(buffer) };
}

function run(kernel: string, inputs: Inputs<string>, attrs: Numbers<string>): readonly tf.Tensor[] {
  return tf.engine().runKernel(kernel, { ...inputs }, { ...attrs }) as unknown as tf.Tensor[]; // all of them return lists
}

function made(tensor: tf.Tensor | undefined): tf.Tensor {
  if (!tensor) throw new Error('a kernel gave less than it should');
  return tensor;
}
