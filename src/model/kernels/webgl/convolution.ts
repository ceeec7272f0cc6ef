/** The 3×3 convolution in tiles (tiles.ts). It is the gradient of its input, too, with another filter. */
import type * as tf from '@tensorflow/tfjs-core';
import { asPlanes, planeInputs, planeNumbers, planeTargets, texels, tilePlace, type Planes, type Tiling } from './tiles';
import type { Tools } from './tools';

const taps = 9;
const side = 3;

/**
 * Two filters [3, 3, C, C] as the convolution wants them. A texel is four output channels; across: input channels by four, taps, and
 * the four; down: output channels by four.
 * @param way back: turned around and with input and output exchanged, for the gradient of the input
 */
export function packFilters(
  { launch, read }: Tools,
  w1: tf.TensorInfo,
  w2: tf.TensorInfo,
  { channels, quads }: Tiling,
  way: 'forward' | 'back',
): readonly [tf.TensorInfo, tf.TensorInfo] {
  const value = {
    forward: (w: string) => `${w}_quad((tap * ${channels} + from) * ${channels} + to)`,
    back: (w: string) =>
      `vec4(${planeNumbers.map((k) => `${w}_at(((${taps - 1} - tap) * ${channels} + to + ${k}) * ${channels} + from)`).join(', ')})`,
  }[way];
  const target = texels(taps * channels, quads);
  const code = `
  int from = 4 * (at.x / ${4 * taps}) + at.x % 4, tap = at.x / 4 % ${taps}, to = 4 * at.y;
  out0 = ${value('w1')};
  out1 = ${value('w2')};`;
  const [first, second] = launch({ inputs: { w1, w2 }, functions: read({ w1, w2 }), targets: [target, target], code });
  if (!first || !second) throw new Error('a launch gave less than it should');
  return [first, second];
}

/**
 * @param filter from packFilters
 * @param bias [C], as tfjs has it; none for a gradient
 */
export function convolve(
  { launch, read }: Tools,
  input: Planes,
  filter: tf.TensorInfo,
  bias: tf.TensorInfo | null,
  tiling: Tiling,
): Planes {
  const { columns, rows, quads, zeros } = tiling;
  const stock = bias ? { bias } : {};
  // Pixel (r, s) of the 4×4 around a tile, counted from 0: in which plane it is, and in which of the 3×3 tiles around.
  const pixel = (r: number, s: number): string => {
    const plane = 2 * ((r + 1) % 2) + ((s + 1) % 2);
    return `texelFetch(x${plane}, tile${Math.floor((r + 1) / 2)}${Math.floor((s + 1) / 2)} + across, 0)`;
  };
  const grid = [0, 1, 2, 3];
  const fetches = grid.flatMap((r) => grid.map((s) => `    vec4 p${r}${s} = ${pixel(r, s)};`));
  const products = Array.from({ length: taps }, (_, tap) => {
    const [u, v] = [Math.floor(tap / side), tap % side];
    const columnsOfFilter = grid.map((k) => `texelFetch(w, ivec2(first + ${4 * tap + k}, quad), 0)`).join(', ');
    return `    w4 = mat4(${columnsOfFilter});
    sum0 += w4 * p${u}${v}; sum1 += w4 * p${u}${v + 1}; sum2 += w4 * p${u + 1}${v}; sum3 += w4 * p${u + 1}${v + 1};`;
  });
  const code = `${tilePlace(tiling)}
  int above = row > 0 ? at.y - 1 : ${zeros}, below = row < ${rows - 1} ? at.y + 1 : ${zeros};
  ivec2 zero = ivec2(0, ${zeros}), step = ivec2(1, 0);
  ivec2 tile01 = ivec2(column, above), tile11 = ivec2(column, at.y), tile21 = ivec2(column, below);
  bool hasLeft = column > 0, hasRight = column < ${columns - 1};
  ivec2 tile00 = hasLeft ? tile01 - step : zero, tile10 = hasLeft ? tile11 - step : zero, tile20 = hasLeft ? tile21 - step : zero;
  ivec2 tile02 = hasRight ? tile01 + step : zero, tile12 = hasRight ? tile11 + step : zero, tile22 = hasRight ? tile21 + step : zero;
  vec4 sum0 = ${bias ? 'bias_quad(4 * quad)' : 'vec4(0)'}, sum1 = sum0, sum2 = sum0, sum3 = sum0;
  mat4 w4;
  for (int from = 0; from < ${quads}; from++) {
    ivec2 across = ivec2(from * ${columns}, 0);
    int first = from * ${4 * taps};
${fetches.join('\n')}
${products.join('\n')}
  }
  out0 = sum0; out1 = sum1; out2 = sum2; out3 = sum3;`;
  const inputs = { ...planeInputs('x', input), w: filter, ...stock };
  return asPlanes(launch({ inputs, functions: read(stock), targets: planeTargets(tiling), code }));
}
