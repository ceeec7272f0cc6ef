/** Adam and the average of weights, a launch a tensor: what src/training/adam.ts and ema.ts compose. */
import type * as tf from '@tensorflow/tfjs-core';
import { adamEmaKernel, adamEmaReads } from '../optimizerPasses';
import { inGroups } from './lists';
import type { Target } from './launch';
import { registerKernel, type KernelCall } from './register';
import type { Tools } from './tools';

export function registerAdam(tools: Tools): void {
  registerKernel(adamEmaKernel, ({ inputs, attrs }) => {
    const { groups, last: clip } = inGroups(inputs, adamEmaReads);
    return groups.flatMap((group) => update(tools, { ...group, clip }, attrs));
  });
}

/** @returns the new value, m, v and average */
function update(
  { launch, read }: Tools,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attrs: KernelCall['attrs'],
): tf.TensorInfo[] {
  const { rate = NaN, beta1 = NaN, beta2 = NaN, epsilon = NaN, decay = NaN } = attrs;
  const target: Target = { shape: inputs['value']?.shape ?? [], layout: 'plain' };
  const code = `
  float clipped = gradient_at(texel) * clip_at(0);
  out1 = beta1 * m_at(texel) + rest1 * clipped;
  out2 = beta2 * v_at(texel) + rest2 * clipped * clipped;
  out0 = value_at(texel) - rate * out1 / (sqrt(out2) + epsilon);
  out3 = out0 + (average_at(texel) - out0) * decay;`;
  // 1 − β is formed in 64 bits: in 32, 1 − 0.999 would be off in the fifth digit.
  const numbers = { rate, beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, epsilon, decay };
  return launch({ inputs, functions: read(inputs), targets: [target, target, target, target], code, numbers });
}
