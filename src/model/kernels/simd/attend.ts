/** Attention to a caption's eight places as WASM kernels; assembly/attend.ts says how. */
import type * as tf from '@tensorflow/tfjs-core';
import { attendGradKernel, attendKernel, kernelPlaces } from '../attendWords';
import type { SimdModule } from './module';
import { given, registerKernel, type KernelCall } from './register';

export function registerAttend({ functions, backend, scratch }: SimdModule): void {
  const at = (info: tf.TensorInfo): number => backend.getMemoryOffset(info.dataId);
  const like = ({ shape }: tf.TensorInfo): tf.TensorInfo => backend.makeOutput(shape, 'float32');
  const sizesOf = (
    inputs: KernelCall['inputs'],
    attrs: KernelCall['attrs'],
  ): Readonly<Record<'batch' | 'rows' | 'channels' | 'heads', number>> => {
    const [queries = 0, channels = 0] = given(inputs, 'query').shape;
    const batch = (given(inputs, 'key').shape[0] ?? 0) / kernelPlaces;
    return { batch, rows: queries / batch, channels, heads: attrs['heads'] ?? 1 };
  };

  registerKernel(attendKernel, ({ inputs, attrs }) => {
    const { batch, rows, channels, heads } = sizesOf(inputs, attrs);
    const read = ['query', 'key', 'value', 'visible'].map((name) => given(inputs, name));
    const made = [like(given(inputs, 'query')), backend.makeOutput([batch, heads, rows, kernelPlaces], 'float32')];
    const room = scratch((kernelPlaces * channels) / heads);
    functions.attendForward(...[...read, ...made].map(at), room, batch, rows, channels, heads);
    return made;
  });
  registerKernel(attendGradKernel, ({ inputs, attrs }) => {
    const { batch, rows, channels, heads } = sizesOf(inputs, attrs);
    const read = ['dy', 'query', 'key', 'value', 'weights'].map((name) => given(inputs, name));
    const made = ['query', 'key', 'value'].map((name) => like(given(inputs, name)));
    const room = scratch(kernelPlaces * (channels / heads + rows));
    functions.attendBackward(...[...read, ...made].map(at), room, batch, rows, channels, heads);
    return made;
  });
}
