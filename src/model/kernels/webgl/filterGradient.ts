/**
 * The gradient of a 3×3 filter: dW[u, v, c, o] = Σ x[b, i + u, j + v, c] · dy[b, i, j, o]. A texel sums 4×4 of its numbers (input by
 * output channels, two fetches for sixteen multiplications) for one tap over a share of the pictures; a second launch adds the shares.
 * tfjs's own kernel sums each number alone, one fetch a factor.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { Launcher } from './launch';
import { packedPlace } from './stock';
import { asPlanes, planeInputs, planeNumbers, texels, type Planes, type Tiling } from './tiles';
import type { Tools } from './tools';

const taps = 9;
const side = 3;
/** Shares of the pictures: few on a GPU would leave it idle, many cost on the processor. */
const mostShares = 4;
const component = ['x', 'y', 'z', 'w'] as const;

export interface FilterPair {
  /** What the convolution read, and the gradient of what it gave. */
  readonly input: Planes;
  readonly dy: Planes;
}

/** @returns for each pair a [3, 3, C, C] */
export function filterGradients({ launch, dispose }: Tools, pairs: readonly FilterPair[], tiling: Tiling): tf.TensorInfo[] {
  const shares = Math.min(tiling.batch, mostShares);
  const parts = pairs.map((pair) => shareSums(launch, pair, shares, tiling));
  const sums = addShares(launch, parts, shares, tiling);
  parts.forEach(dispose);
  return sums;
}

/** Plane k holds the k-th of four input channels; a texel four output channels. Across: taps and inputs, down: shares and outputs. */
function shareSums(
  launch: Launcher,
  { input, dy }: FilterPair,
  shares: number,
  { batch, columns, rows, quads, zeros }: Tiling,
): Planes {
  const lines = Math.ceil(batch / shares) * rows;
  // Which plane a tap reads depends on whether it moves by an odd number of rows or columns: 4 cases, each with a loop of its own.
  const loop = (moves: number): string => `
  for (int line = from; line < to; line++) {
    int row = line % ${rows};
    int line0 = move.y < 0 ? (row > 0 ? line - 1 : ${zeros}) : line;
    int line1 = move.y > 0 ? (row < ${rows - 1} ? line + 1 : ${zeros}) : line;
    for (int column = 0; column < ${columns}; column++) {
      int column0 = move.x < 0 ? column - 1 : column, column1 = move.x > 0 ? column + 1 : column;
      bool isIn0 = column0 >= 0, isIn1 = column1 < ${columns};
      ivec2 y = ivec2(fromOut + column, line);
${planeNumbers
  .map(
    (
      k,
    ) => `      vec4 x${k} = texelFetch(input${k ^ moves}, isIn${k & 1} ? ivec2(fromIn + column${k & 1}, line${k >> 1}) : ivec2(0, ${zeros}), 0);
      vec4 y${k} = texelFetch(dy${k}, y, 0);`,
  )
  .join('\n')}
${component.map((c, k) => `      sum${k} += ${planeNumbers.map((j) => `x${j}.${c} * y${j}`).join(' + ')};`).join('\n')}
    }
  }`;
  const code = `
  int tap = at.x / ${quads}, share = at.y / ${quads};
  ivec2 move = ivec2(tap % ${side} - 1, tap / ${side} - 1);
  int fromIn = at.x % ${quads} * ${columns}, fromOut = at.y % ${quads} * ${columns};
  int from = share * ${lines}, to = min(from + ${lines}, ${zeros});
  vec4 sum0 = vec4(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
  if (move.y == 0) {
    if (move.x == 0) {${loop(0)}} else {${loop(1)}}
  } else {
    if (move.x == 0) {${loop(2)}} else {${loop(3)}}
  }
  out0 = sum0; out1 = sum1; out2 = sum2; out3 = sum3;`;
  const target = texels(taps * quads, shares * quads);
  const inputs = { ...planeInputs('input', input), ...planeInputs('dy', dy) };
  return asPlanes(launch({ inputs, targets: [target, target, target, target], code }));
}

/** In tfjs's packed layout: a texel is two input channels by two output channels of a tap. */
function addShares(launch: Launcher, parts: readonly Planes[], shares: number, { channels, quads }: Tiling): tf.TensorInfo[] {
  const shape = [side, side, channels, channels];
  const sum = (part: number): string => `
  {
    vec4 even = vec4(0), odd = vec4(0);
    for (int share = 0; share < ${shares}; share++) {
      ivec2 from = ivec2(outer * ${quads} + row / 4, share * ${quads} + column / 4);
      if (row % 4 == 0) { even += texelFetch(part${part}_0, from, 0); odd += texelFetch(part${part}_1, from, 0); }
      else { even += texelFetch(part${part}_2, from, 0); odd += texelFetch(part${part}_3, from, 0); }
    }
    out${part} = column % 4 == 0 ? vec4(even.xy, odd.xy) : vec4(even.zw, odd.zw);
  }`;
  return launch({
    inputs: Object.assign({}, ...parts.map((planes, part) => planeInputs(`part${part}_`, planes))),
    targets: parts.map(() => ({ shape, layout: 'packed' })),
    code: `${packedPlace(shape)}${parts.map((_, part) => sum(part)).join('')}`,
  });
}
