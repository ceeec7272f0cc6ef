/** SiLU of the RMS norm and its gradient, out of a residual block's passes: what stands before the last convolution. */
import { normSiluGradKernel, normSiluKernel } from '../normSilu';
import { alongUnit, gainGrad, gainSums, inputGrad } from './blockGradPasses';
import { activate, intoTiles, inverseSize, outOfTiles } from './blockPasses';
import { given, registerKernel } from './register';
import { tilingOf } from './tiles';
import type { Tools } from './tools';

export function registerNormSilu(tools: Tools): void {
  registerKernel(normSiluKernel, ({ inputs }) => {
    const [x, gain] = [given(inputs, 'x'), given(inputs, 'gain')];
    const tiling = tilingOf(x.shape);
    const inverse = inverseSize(tools, x, tiling);
    const planes = activate(tools, x, { gain, inverse }, tiling);
    const y = outOfTiles(tools, planes, tiling);
    tools.dispose([inverse, ...planes]);
    return y;
  });

  registerKernel(normSiluGradKernel, ({ inputs }) => {
    const [dy, x, gain] = [given(inputs, 'dy'), given(inputs, 'x'), given(inputs, 'gain')];
    const tiling = tilingOf(x.shape);
    const norm = { gain, inverse: inverseSize(tools, x, tiling) };
    const planes = intoTiles(tools, dy, tiling);
    const along = alongUnit(tools, planes, x, norm, tiling);
    const dx = inputGrad(tools, null, planes, x, { ...norm, along }, tiling);
    const sums = gainSums(tools, planes, x, norm, tiling);
    const dgain = gainGrad(tools, sums, tiling);
    tools.dispose([norm.inverse, ...planes, along, sums]);
    return [dx, dgain];
  });
}
