/**
 * The residual block and its gradient on WebGL, x + conv(SiLU(FiLM(conv(SiLU(norm(x)))))), in 7 and 13 launches; the operation that
 * calls them is ../residualBlock.ts. Inside, pictures are tiles (tiles.ts); outside, tfjs's own tensors.
 */
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import { residualBlockGradKernel, residualBlockKernel } from '../residualBlock';
import { alongUnit, channelGrads, filmSiluGrad, filmSums, gainSums, inputGrad } from './blockGradPasses';
import { activate, addTiles, filmSilu, intoTiles, inverseSize, outOfTiles, type Film, type Norm } from './blockPasses';
import { convolve, packFilters } from './convolution';
import { filterGradients } from './filterGradient';
import { given, registerKernel, type KernelCall } from './register';
import { asPlanes, tilingOf, type Planes } from './tiles';
import type { Tools } from './tools';

export function registerResidualBlock(backend: MathBackendWebGL, tools: Tools): void {
  const { dispose } = tools;

  registerKernel(residualBlockKernel, ({ inputs, attrs }) => {
    const x = given(inputs, 'x');
    const tiling = tilingOf(x.shape);
    const { gain, activated } = inputs;
    const [w1, w2] = packFilters(tools, given(inputs, 'w1'), given(inputs, 'w2'), tiling, 'forward');
    const norm: Norm | null = gain ? { gain, inverse: inverseSize(tools, x, tiling) } : null;
    const before = activated ? intoTiles(tools, activated, tiling) : activate(tools, x, norm, tiling);
    const h = convolve(tools, before, w1, given(inputs, 'b1'), tiling);
    const told = filmSilu(tools, h, filmOf(inputs), tiling);
    const change = convolve(tools, told, w2, given(inputs, 'b2'), tiling);
    const y = addTiles(tools, x, change, tiling);
    const kept = [...before, ...h, ...told, ...(norm ? [norm.inverse] : [])];
    dispose([w1, w2, ...change]);
    if (attrs['keep'] === 1) return [y, ...kept];
    dispose(kept);
    return [y];
  });

  registerKernel(residualBlockGradKernel, ({ inputs }) => {
    const [x, dy] = [given(inputs, 'x'), given(inputs, 'dy')];
    const tiling = tilingOf(x.shape);
    const { gain, activated } = inputs;
    const film = filmOf(inputs);
    const [before, h, told] = [keptPlanes(inputs, 0), keptPlanes(inputs, 1), keptPlanes(inputs, 2)];
    const norm: Norm | null = gain ? { gain, inverse: given(inputs, 'kept12') } : null;

    const [w1, w2] = packFilters(tools, given(inputs, 'w1'), given(inputs, 'w2'), tiling, 'back');
    const dyTiles = intoTiles(tools, dy, tiling);
    const dTold = convolve(tools, dyTiles, w2, null, tiling);
    const dh = filmSiluGrad(tools, dTold, h, film, tiling);
    const dBefore = convolve(tools, dh, w1, null, tiling);
    const along = norm ? alongUnit(tools, dBefore, x, norm, tiling) : null;
    const dx = activated
      ? outOfTiles(tools, dBefore, tiling)
      : inputGrad(tools, dy, dBefore, x, norm && along ? { ...norm, along } : null, tiling);

    const sums = filmSums(tools, { h, dTold, dy: dyTiles }, film, tiling);
    const gains = norm ? gainSums(tools, dBefore, x, norm, tiling) : null;
    const { db1, db2, dgain } = channelGrads(tools, film.scale, sums, gains, tiling);
    const pairs = [
      { input: before, dy: dh },
      { input: told, dy: dyTiles },
    ];
    const [dw1, dw2] = filterGradients(tools, pairs, tiling);
    if (!dw1 || !dw2) throw new Error('a launch gave less than it should');

    dispose([w1, w2, ...dyTiles, ...dTold, ...dh, ...dBefore, sums.dy]);
    for (const tensor of [along, gains]) if (tensor) dispose([tensor]);
    // The order is the operation's; where there is no gain, nobody reads its gradient.
    return [dx, dgain ?? backend.makeTensorInfo([1], 'float32'), dw1, db1, sums.dscale, sums.dshift, dw2, db2];
  });
}

function filmOf(inputs: KernelCall['inputs']): Film {
  return { scale: given(inputs, 'scale'), shift: given(inputs, 'shift') };
}

/** The forward pass kept three tilings: what the first convolution read, what it gave, what the second one read. */
function keptPlanes(inputs: KernelCall['inputs'], which: 0 | 1 | 2): Planes {
  return asPlanes([0, 1, 2, 3].map((k) => given(inputs, `kept${4 * which + k}`)));
}
