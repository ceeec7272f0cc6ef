/** FiLM's two linear layers and their gradient, a launch forward and three back. */
import { filmGradKernel, filmKernel } from '../filmLayers';
import type { Target } from './launch';
import { given, registerKernel } from './register';
import type { Tools } from './tools';

export function registerFilmLayers({ launch, read }: Tools): void {
  registerKernel(filmKernel, ({ inputs }) => {
    const [batch = 0, embedding = 0] = given(inputs, 'cond').shape;
    const channels = given(inputs, 'scaleWeight').shape[1] ?? 0;
    const names = ['cond', 'scaleWeight', 'scaleBias', 'shiftWeight', 'shiftBias'] as const;
    const stock = Object.fromEntries(names.map((name) => [name, given(inputs, name)]));
    const target: Target = { shape: [batch, channels], layout: 'plain' };
    const code = `
  int picture = texel / ${channels}, channel = texel % ${channels};
  out0 = scaleBias_at(channel);
  out1 = shiftBias_at(channel);
  for (int k = 0; k < ${embedding}; k++) {
    float told = cond_at(picture * ${embedding} + k);
    out0 += told * scaleWeight_at(k * ${channels} + channel);
    out1 += told * shiftWeight_at(k * ${channels} + channel);
  }`;
    return launch({ inputs: stock, functions: read(stock), targets: [target, target], code });
  });

  registerKernel(filmGradKernel, ({ inputs }) => {
    const cond = given(inputs, 'cond');
    const [batch = 0, embedding = 0] = cond.shape;
    const weight = given(inputs, 'scaleWeight').shape;
    const channels = weight[1] ?? 0;
    const grads = { dscale: given(inputs, 'dscale'), dshift: given(inputs, 'dshift') };
    const weights = { scaleWeight: given(inputs, 'scaleWeight'), shiftWeight: given(inputs, 'shiftWeight') };

    const forCond = { ...grads, ...weights };
    const dcond = launch({
      inputs: forCond,
      functions: read(forCond),
      targets: [{ shape: cond.shape, layout: 'plain' }],
      code: `
  int picture = texel / ${embedding}, k = texel % ${embedding};
  out0 = 0.0;
  for (int channel = 0; channel < ${channels}; channel++) {
    int i = picture * ${channels} + channel, w = k * ${channels} + channel;
    out0 += dscale_at(i) * scaleWeight_at(w) + dshift_at(i) * shiftWeight_at(w);
  }`,
    });
    const forWeights = { ...grads, cond };
    const target: Target = { shape: weight, layout: 'plain' };
    const dweights = launch({
      inputs: forWeights,
      functions: read(forWeights),
      targets: [target, target],
      code: `
  int k = texel / ${channels}, channel = texel % ${channels};
  out0 = 0.0; out1 = 0.0;
  for (int picture = 0; picture < ${batch}; picture++) {
    float told = cond_at(picture * ${embedding} + k);
    out0 += told * dscale_at(picture * ${channels} + channel);
    out1 += told * dshift_at(picture * ${channels} + channel);
  }`,
    });
    const bias: Target = { shape: [channels], layout: 'plain' };
    const dbiases = launch({
      inputs: grads,
      functions: read(grads),
      targets: [bias, bias],
      code: `
  out0 = 0.0; out1 = 0.0;
  for (int picture = 0; picture < ${batch}; picture++) {
    out0 += dscale_at(picture * ${channels} + texel);
    out1 += dshift_at(picture * ${channels} + texel);
  }`,
    });
    const [dscaleWeight, dshiftWeight] = dweights;
    const [dscaleBias, dshiftBias] = dbiases;
    if (!dscaleWeight || !dshiftWeight || !dscaleBias || !dshiftBias) throw new Error('a launch gave less than it should');
    return [...dcond, dscaleWeight, dscaleBias, dshiftWeight, dshiftBias];
  });
}
