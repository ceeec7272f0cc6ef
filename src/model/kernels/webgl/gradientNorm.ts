/** The length of the gradient, √ of the sum of all squares: a launch for sixteen tensors, and one more. */
import type * as tf from '@tensorflow/tfjs-core';
import { gradientNormKernel } from '../optimizerPasses';
import { chunks, listOf } from './lists';
import { registerKernel } from './register';
import { texels } from './tiles';
import { only, type Tools } from './tools';

/** As many as GPUs promise to read. */
const mostSummed = 16;
/** A launch divides its sum among so many texels squared. */
const side = 16;

export function registerGradientNorm(tools: Tools): void {
  registerKernel(gradientNormKernel, ({ inputs }) => {
    const sums = chunks(listOf(inputs), mostSummed).map((chunk) => squares(tools, chunk));
    const norm = rootOfSums(tools, sums);
    tools.dispose(sums);
    return norm;
  });
}

function squares({ launch, read }: Tools, tensors: readonly tf.TensorInfo[]): tf.TensorInfo {
  const inputs = named(tensors);
  const loops = tensors.map(({ shape }, k) => {
    const count = shape.reduce((product, length) => product * length, 1);
    return `
  for (int i = texel; i < ${count}; i += ${side * side}) { float v = t${k}_at(i); sum += v * v; }`;
  });
  const code = `
  float sum = 0.0;${loops.join('')}
  out0 = vec4(sum, 0, 0, 0);`;
  return only(launch({ inputs, functions: read(inputs), targets: [texels(side, side)], code }));
}

function rootOfSums({ launch }: Tools, sums: readonly tf.TensorInfo[]): tf.TensorInfo {
  const code = `
  float sum = 0.0;
  for (int y = 0; y < ${side}; y++) for (int x = 0; x < ${side}; x++) {
    sum += ${sums.map((_, k) => `texelFetch(t${k}, ivec2(x, y), 0).r`).join(' + ')};
  }
  out0 = sqrt(sum);`;
  return only(launch({ inputs: named(sums), targets: [{ shape: [], layout: 'plain' }], code }));
}

function named(tensors: readonly tf.TensorInfo[]): Readonly<Record<string, tf.TensorInfo>> {
  return Object.fromEntries(tensors.map((tensor, k) => [`t${k}`, tensor]));
}
