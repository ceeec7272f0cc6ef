/** Adam, the average of weights and Muon, as kernels for one tensor and for all at once; and the length of the gradient. */
import type * as tf from '@tensorflow/tfjs-core';
import {
  adamEmaKernel,
  adamEmaReads,
  adamKernel,
  emaKernel,
  gradientNormKernel,
  muonEmaKernel,
  muonEmaReads,
  muonKernel,
} from '../optimizerPasses';
import type { SimdModule } from './module';
import { given, registerKernel, type KernelCall } from './register';

/** An address that the module takes for "there is none". */
const none = 0;

export function registerOptimizer({ functions, backend, scratch }: SimdModule): void {
  const at = (info: tf.TensorInfo | undefined): number => (info ? backend.getMemoryOffset(info.dataId) : none);
  const like = ({ shape }: tf.TensorInfo): tf.TensorInfo => backend.makeOutput(shape, 'float32');
  const count = ({ shape }: tf.TensorInfo): number => shape.reduce((product, length) => product * length, 1);

  /** read: value, m, v, gradient and perhaps the average of weights. */
  const adam = (read: readonly tf.TensorInfo[], clip: tf.TensorInfo, attrs: KernelCall['attrs']): tf.TensorInfo[] => {
    const [value, m, v, gradient, average] = read;
    if (!value || !m || !v) throw new Error('Adam was given less than it reads');
    const [newValue, newM, newV] = [like(value), like(m), like(v)];
    const newAverage = average ? [like(average)] : [];
    const { rate = NaN, beta1 = NaN, beta2 = NaN, epsilon = NaN, decay = 0 } = attrs;
    functions.adamStep(
      ...[value, m, v, gradient, average, clip, newValue, newM, newV, newAverage[0]].map(at),
      ...[count(value), rate, beta1, beta2, epsilon, decay],
    );
    return [newValue, newM, newV, ...newAverage];
  };

  /** read: value, buffer, gradient and perhaps the average of weights. */
  const muon = (read: readonly tf.TensorInfo[], clip: tf.TensorInfo, attrs: KernelCall['attrs']): tf.TensorInfo[] => {
    const [value, buffer, gradient, average] = read;
    if (!value || !buffer) throw new Error('Muon was given less than it reads');
    const [newValue, newBuffer] = [like(value), like(buffer)];
    const newAverage = average ? [like(average)] : [];
    const columns = value.shape.at(-1) ?? 0;
    const squares = 6;
    const room = scratch(2 * count(value) + squares * columns * columns);
    const { rate = NaN, momentum = NaN, decay = 0 } = attrs;
    functions.muonStep(
      ...[value, buffer, gradient, average, clip, newValue, newBuffer, newAverage[0]].map(at),
      ...[room, count(value) / columns, columns, rate, momentum, decay],
    );
    return [newValue, newBuffer, ...newAverage];
  };

  const named = (inputs: KernelCall['inputs'], names: readonly string[]): tf.TensorInfo[] =>
    names.map((name) => given(inputs, name));

  registerKernel(adamKernel, ({ inputs, attrs }) =>
    adam(named(inputs, ['value', 'm', 'v', 'gradient']), given(inputs, 'clip'), attrs),
  );
  registerKernel(muonKernel, ({ inputs, attrs }) =>
    muon(named(inputs, ['value', 'buffer', 'gradient']), given(inputs, 'clip'), attrs),
  );
  registerKernel(emaKernel, ({ inputs, attrs }) => {
    const [average, value] = [given(inputs, 'average'), given(inputs, 'value')];
    const made = like(value);
    functions.emaStep(at(average), at(value), at(made), count(value), attrs['decay'] ?? NaN);
    return [made];
  });

  registerKernel(adamEmaKernel, ({ inputs, attrs }) => {
    const { each, clip } = groups(inputs, adamEmaReads.length);
    return each.flatMap((read) => adam(read, clip, attrs));
  });
  registerKernel(muonEmaKernel, ({ inputs, attrs }) => {
    const { each, clip } = groups(inputs, muonEmaReads.length);
    return each.flatMap((read) => muon(read, clip, attrs));
  });

  registerKernel(gradientNormKernel, ({ inputs }) => {
    const squares = listOf(inputs).reduce((sum, info) => sum + functions.sumOfSquares(at(info), count(info)), 0);
    return backend.makeOutput([], 'float32', undefined, Float32Array.of(Math.sqrt(squares)));
  });
}

/** Inputs that have come as a list: their names are their places. */
function listOf(inputs: KernelCall['inputs']): readonly tf.TensorInfo[] {
  return Object.keys(inputs).map((_, i) => given(inputs, String(i)));
}

/** A list of groups of so many, and clip at its end. */
function groups(
  inputs: KernelCall['inputs'],
  size: number,
): { readonly each: readonly (readonly tf.TensorInfo[])[]; readonly clip: tf.TensorInfo } {
  const list = listOf(inputs);
  const last = list.length - 1;
  const each = Array.from({ length: last / size }, (_, i) => list.slice(i * size, (i + 1) * size));
  return { each, clip: given(inputs, String(last)) };
}
