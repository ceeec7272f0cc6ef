/** SiLU, the RMS norm, SiLU of that norm and FiLM's layers as WASM kernels. */
import type * as tf from '@tensorflow/tfjs-core';
import { filmGradKernel, filmKernel } from '../filmLayers';
import { normSiluGradKernel, normSiluKernel } from '../normSilu';
import { rmsGradKernel, rmsKernel } from '../rms';
import { siluGradKernel, siluKernel } from '../silu';
import type { SimdModule } from './module';
import { given, registerKernel } from './register';

export function registerLayers({ functions, backend, scratch }: SimdModule): void {
  const at = (info: tf.TensorInfo): number => backend.getMemoryOffset(info.dataId);
  const like = ({ shape }: tf.TensorInfo): tf.TensorInfo => backend.makeOutput(shape, 'float32');
  const count = ({ shape }: tf.TensorInfo): number => shape.reduce((product, length) => product * length, 1);

  registerKernel(siluKernel, ({ inputs }) => {
    const x = given(inputs, 'x');
    const y = like(x);
    functions.siluForward(at(x), at(y), count(x));
    return y;
  });
  registerKernel(siluGradKernel, ({ inputs }) => {
    const x = given(inputs, 'x');
    const dx = like(x);
    functions.siluGradient(at(given(inputs, 'dy')), at(x), at(dx), count(x));
    return dx;
  });

  registerKernel(rmsKernel, ({ inputs }) => {
    const [x, gain] = [given(inputs, 'x'), given(inputs, 'gain')];
    const y = like(x);
    functions.rmsForward(at(x), at(gain), at(y), count(x) / count(gain), count(gain));
    return y;
  });
  registerKernel(rmsGradKernel, ({ inputs }) => {
    const [x, gain] = [given(inputs, 'x'), given(inputs, 'gain')];
    const [dx, dgain] = [like(x), like(gain)];
    const channels = count(gain);
    functions.rmsGradient(at(given(inputs, 'dy')), at(x), at(gain), at(dx), at(dgain), count(x) / channels, channels);
    return [dx, dgain];
  });

  registerKernel(normSiluKernel, ({ inputs }) => {
    const [x, gain] = [given(inputs, 'x'), given(inputs, 'gain')];
    const y = like(x);
    functions.normSiluForward(at(x), at(gain), at(y), count(x) / count(gain), count(gain));
    return y;
  });
  registerKernel(normSiluGradKernel, ({ inputs }) => {
    const [x, gain] = [given(inputs, 'x'), given(inputs, 'gain')];
    const [dx, dgain] = [like(x), like(gain)];
    const channels = count(gain);
    const [dy, room] = [at(given(inputs, 'dy')), scratch(channels)];
    functions.normSiluGradient(dy, at(x), at(gain), at(dx), at(dgain), room, count(x) / channels, channels);
    return [dx, dgain];
  });

  registerKernel(filmKernel, ({ inputs }) => {
    const [cond, weight] = [given(inputs, 'cond'), given(inputs, 'scaleWeight')];
    const [batch = 0, embedding = 0, channels = 0] = [cond.shape[0], ...weight.shape];
    const made = [0, 1].map(() => backend.makeOutput([batch, channels], 'float32'));
    const read = [cond, weight, ...['scaleBias', 'shiftWeight', 'shiftBias'].map((name) => given(inputs, name))];
    functions.filmForward(...[...read, ...made].map(at), scratch(embedding * channels), batch, embedding, channels);
    return made;
  });
  registerKernel(filmGradKernel, ({ inputs }) => {
    const [cond, scaleWeight, shiftWeight] = ['cond', 'scaleWeight', 'shiftWeight'].map((name) => given(inputs, name));
    if (!cond || !scaleWeight || !shiftWeight) throw new Error('three names were given');
    const [batch = 0, embedding = 0, channels = 0] = [cond.shape[0], ...scaleWeight.shape];
    const bias = (): tf.TensorInfo => backend.makeOutput([channels], 'float32');
    const made = [like(cond), like(scaleWeight), bias(), like(shiftWeight), bias()];
    const read = [given(inputs, 'dscale'), given(inputs, 'dshift'), cond, scaleWeight, shiftWeight];
    const room = scratch(embedding * channels + batch * embedding);
    functions.filmBackward(...[...read, ...made].map(at), room, batch, embedding, channels);
    return made;
  });
}
