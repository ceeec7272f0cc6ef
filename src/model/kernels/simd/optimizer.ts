/** Adam, the average of weights and Muon, each as one kernel a tensor. */
import type * as tf from '@tensorflow/tfjs-core';
import { adamKernel, emaKernel, muonKernel } from '../optimizerPasses';
import type { SimdModule } from './module';
import { given, registerKernel } from './register';

export function registerOptimizer({ functions, backend, scratch }: SimdModule): void {
  const at = (info: tf.TensorInfo): number => backend.getMemoryOffset(info.dataId);
  const like = ({ shape }: tf.TensorInfo): tf.TensorInfo => backend.makeOutput(shape, 'float32');
  const count = ({ shape }: tf.TensorInfo): number => shape.reduce((product, length) => product * length, 1);

  registerKernel(adamKernel, ({ inputs, attrs }) => {
    const [value, m, v] = [given(inputs, 'value'), given(inputs, 'm'), given(inputs, 'v')];
    const read = [value, m, v, given(inputs, 'gradient'), given(inputs, 'clip')];
    const made = [value, m, v].map(like);
    const { rate = NaN, beta1 = NaN, beta2 = NaN, epsilon = NaN } = attrs;
    functions.adamStep(...[...read, ...made].map(at), count(value), rate, beta1, beta2, epsilon);
    return made;
  });

  registerKernel(emaKernel, ({ inputs, attrs }) => {
    const [average, value] = [given(inputs, 'average'), given(inputs, 'value')];
    const made = like(value);
    functions.emaStep(at(average), at(value), at(made), count(value), attrs['decay'] ?? NaN);
    return [made];
  });

  registerKernel(muonKernel, ({ inputs, attrs }) => {
    const [value, buffer] = [given(inputs, 'value'), given(inputs, 'buffer')];
    const read = [value, buffer, given(inputs, 'gradient'), given(inputs, 'clip')];
    const made = [value, buffer].map(like);
    const columns = value.shape.at(-1) ?? 0;
    const squares = 6;
    const room = scratch(count(value) + squares * columns * columns);
    functions.muonStep(
      ...[...read, ...made].map(at),
      room,
      count(value) / columns,
      columns,
      attrs['rate'] ?? NaN,
      attrs['momentum'] ?? NaN,
    );
    return made;
  });
}
