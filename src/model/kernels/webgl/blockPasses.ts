/** What surrounds the two convolutions of a residual block on the way forward, a launch each: from tfjs's tensors into tiles and out of them. */
import type * as tf from '@tensorflow/tfjs-core';
import { siluFunctions } from './glsl';
import { packedPlace } from './stock';
import {
  asPlanes,
  everyPlane,
  pixelTarget,
  planeInputs,
  planeNumbers,
  planeTargets,
  tilePlace,
  type Planes,
  type Tiling,
} from './tiles';
import { only, type Tools } from './tools';

/** The RMS norm: its gain [C], and 1/√(mean square + ε) of each pixel, a texel a tile. */
export interface Norm {
  readonly gain: tf.TensorInfo;
  readonly inverse: tf.TensorInfo;
}

export interface Film {
  /** [B, C] each */
  readonly scale: tf.TensorInfo;
  readonly shift: tf.TensorInfo;
}

/** As in ../../norm.ts. */
const epsilon = 1e-5;

/** @param x [B, H, W, C] */
export function inverseSize({ launch, read }: Tools, x: tf.TensorInfo, tiling: Tiling): tf.TensorInfo {
  const { height, width, channels, quads } = tiling;
  const pixel = (k: number): string => `
  {
    int i = ((picture * ${height} + 2 * row + ${k >> 1}) * ${width} + 2 * column + ${k & 1}) * ${channels};
    float sum = 0.0;
    for (int q = 0; q < ${quads}; q++) { vec4 v = x_quad(i + 4 * q); sum += dot(v, v); }
    out0[${k}] = inversesqrt(sum / ${channels}.0 + ${epsilon});
  }`;
  const code = `${tilePlace(tiling)}${planeNumbers.map(pixel).join('')}`;
  return only(launch({ inputs: { x }, functions: read({ x }), targets: [pixelTarget(tiling)], code }));
}

/** SiLU(norm(x)), or SiLU(x). */
export function activate({ launch, read }: Tools, x: tf.TensorInfo, norm: Norm | null, tiling: Tiling): Planes {
  const stock = norm ? { x, gain: norm.gain } : { x };
  const factor = (k: number): string => (norm ? ` * sizes[${k}] * gains` : '');
  const code = `${tilePlace(tiling)}
  ${norm ? 'vec4 sizes = texelFetch(inverse, ivec2(column, at.y), 0), gains = gain_quad(4 * quad);' : ''}
  ${everyPlane(tiling, (k) => `silu(x_quad(i)${factor(k)})`)}`;
  return asPlanes(
    launch({
      inputs: { ...stock, ...(norm ? { inverse: norm.inverse } : {}) },
      functions: siluFunctions + read(stock),
      targets: planeTargets(tiling),
      code,
    }),
  );
}

/** x as it is. */
export function intoTiles({ launch, read }: Tools, x: tf.TensorInfo, tiling: Tiling): Planes {
  const code = `${tilePlace(tiling)}${everyPlane(tiling, () => 'x_quad(i)')}`;
  return asPlanes(launch({ inputs: { x }, functions: read({ x }), targets: planeTargets(tiling), code }));
}

/** SiLU(h · (1 + scale) + shift) */
export function filmSilu({ launch, read }: Tools, h: Planes, film: Film, tiling: Tiling): Planes {
  const stock = { scale: film.scale, shift: film.shift };
  const code = `${tilePlace(tiling)}${filmPlace(tiling)}
  ${everyPlane(tiling, (k) => `silu(texelFetch(h${k}, at, 0) * gains + shifts)`)}`;
  const inputs = { ...planeInputs('h', h), ...stock };
  return asPlanes(launch({ inputs, functions: siluFunctions + read(stock), targets: planeTargets(tiling), code }));
}

/** GLSL: `gains` and `shifts` of the quad. In the row of zeros there is no picture, and nothing is read. */
export function filmPlace({ channels, zeros }: Tiling): string {
  return `
  int first = at.y < ${zeros} ? picture * ${channels} + 4 * quad : 0;
  vec4 gains = 1.0 + scale_quad(first), shifts = shift_quad(first);`;
}

/** x + what is in the tiles, as a tensor of tfjs's. */
export function addTiles(tools: Tools, x: tf.TensorInfo, tiles: Planes, tiling: Tiling): tf.TensorInfo {
  return outOfTiles(tools, tiles, tiling, { stock: { x }, value: () => 'x_pair(i) + inTile' });
}

/** What is to be made of two channels of a pixel: an expression of a vec2. */
export interface PairWork {
  readonly stock: Readonly<Record<string, tf.TensorInfo>>;
  readonly inputs?: Readonly<Record<string, tf.TensorInfo>>;
  readonly functions?: string;
  /**
   * May use `inTile`, what is in the tiles; `i`, the number in [B, H, W, C] of the first channel; `column`, its own number; `tile`,
   * the texel of a pixelTarget.
   * @param part GLSL for the pixel's number in its tile
   */
  readonly value: (part: string) => string;
}

const asTheyAre: PairWork = { stock: {}, value: () => 'inTile' };

/** Packed: a texel is two pixels side by side and two channels. */
export function outOfTiles({ launch, read }: Tools, tiles: Planes, tiling: Tiling, work: PairWork = asTheyAre): tf.TensorInfo {
  const { batch, height, width, channels, columns, rows } = tiling;
  const shape = [batch, height, width, channels];
  const pixel = (k: number): string => `
  {
    vec4 texel4 = y % 2 == 0 ? texelFetch(tiles${k}, from, 0) : texelFetch(tiles${k + 2}, from, 0);
    vec2 inTile = column % 4 == 0 ? texel4.xy : texel4.zw;
    int i = (outer * ${width} + row + ${k}) * ${channels} + column;
    pixel${k} = ${work.value(`2 * (y % 2) + ${k}`)};
  }`;
  const code = `${packedPlace(shape)}
  int picture = outer / ${height}, y = outer % ${height};
  ivec2 tile = ivec2(row / 2, picture * ${rows} + y / 2), from = tile + ivec2(column / 4 * ${columns}, 0);
  vec2 pixel0 = vec2(0), pixel1 = vec2(0);
  ${pixel(0)}
  if (row + 1 < ${width}) ${pixel(1)}
  out0 = vec4(pixel0, pixel1);`;
  const inputs = { ...planeInputs('tiles', tiles), ...work.stock, ...work.inputs };
  return only(
    launch({ inputs, functions: (work.functions ?? '') + read(work.stock), targets: [{ shape, layout: 'packed' }], code }),
  );
}
