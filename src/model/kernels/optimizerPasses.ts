/** Updates in one pass over memory, of one tensor or of all, where a backend has a kernel for it; src/training says what they compute. */
import * as tf from '@tensorflow/tfjs-core';

export const adamKernel = 'AdamPass';
export const emaKernel = 'EmaPass';
export const muonKernel = 'MuonPass';
/** The same for all tensors at once, the average of weights included. */
export const adamEmaKernel = 'AdamEmaPass';
export const muonEmaKernel = 'MuonEmaPass';
export const gradientNormKernel = 'GradientNorm';

type Inputs<Names extends string> = Readonly<Record<Names, tf.Tensor>>;
type Numbers<Names extends string> = Readonly<Record<Names, number>>;

type PassKernel =
  | typeof adamKernel
  | typeof emaKernel
  | typeof muonKernel
  | typeof adamEmaKernel
  | typeof muonEmaKernel
  | typeof gradientNormKernel;

export function hasPass(kernel: PassKernel): boolean {
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

/** What the kernels for all tensors read of each, and make for each, in this order; clip comes last. */
export const adamEmaReads = ['value', 'm', 'v', 'gradient', 'average'] as const;
export const adamEmaMakes = ['value', 'm', 'v', 'average'] as const;
export const muonEmaReads = ['value', 'buffer', 'gradient', 'average'] as const;
export const muonEmaMakes = ['value', 'buffer', 'average'] as const;

export function adamEmaPass(
  tensors: readonly Inputs<(typeof adamEmaReads)[number]>[],
  clip: tf.Scalar,
  attrs: Numbers<'rate' | 'beta1' | 'beta2' | 'epsilon' | 'decay'>,
): readonly Inputs<(typeof adamEmaMakes)[number]>[] {
  const results = runOnAll(adamEmaKernel, tensors, adamEmaReads, clip, attrs);
  const width = adamEmaMakes.length;
  return tensors.map((_, i) => {
    const [value, m, v, average] = results.slice(i * width, (i + 1) * width);
    return { value: made(value), m: made(m), v: made(v), average: made(average) };
  });
}

export function muonEmaPass(
  tensors: readonly Inputs<(typeof muonEmaReads)[number]>[],
  clip: tf.Scalar,
  attrs: Numbers<'rate' | 'momentum' | 'decay'>,
): readonly Inputs<(typeof muonEmaMakes)[number]>[] {
  const results = runOnAll(muonEmaKernel, tensors, muonEmaReads, clip, attrs);
  const width = muonEmaMakes.length;
  return tensors.map((_, i) => {
    const [value, buffer, average] = results.slice(i * width, (i + 1) * width);
    return { value: made(value), buffer: made(buffer), average: made(average) };
  });
}

/** √ of the sum of all squares. */
export function gradientNormPass(gradients: readonly tf.Tensor[]): tf.Scalar {
  return tf.engine().runKernel(gradientNormKernel, numbered(gradients));
}

function runOnAll<Name extends string>(
  kernel: string,
  tensors: readonly Inputs<Name>[],
  order: readonly Name[],
  clip: tf.Scalar,
  attrs: Numbers<string>,
): readonly tf.Tensor[] {
  return run(kernel, numbered([...tensors.flatMap((each) => order.map((name) => each[name])), clip]), attrs);
}

/** A list as the record by which tfjs passes tensors: whole numbers keep their order. */
function numbered(tensors: readonly tf.Tensor[]): Record<string, tf.Tensor> {
  return Object.fromEntries(tensors.map((tensor, i) => [String(i), tensor]));
}

function run(kernel: string, inputs: Inputs<string>, attrs: Numbers<string>): readonly tf.Tensor[] {
  return tf.engine().runKernel(kernel, { ...inputs }, { ...attrs }) as unknown as tf.Tensor[]; // all of them return lists
}

function made(tensor: tf.Tensor | undefined): tf.Tensor {
  if (!tensor) throw new Error('a kernel gave less than it should');
  return tensor;
}
