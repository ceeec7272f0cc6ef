/**
 * Our own layout of pictures [B, H, W, C] on the graphics card. A texel holds four channels of one pixel; the pixels at even and odd
 * rows and columns lie in four textures ("planes"), so that the texels at one place are a tile of 2×2 pixels:
 *
 *   plane 0  plane 1
 *   plane 2  plane 3
 *
 * One launch with four outputs draws a tile. A 3×3 convolution then reads 4×4 pixels for 2×2 results: each fetch serves up to nine
 * taps, where one that computes single pixels fetches for every tap anew. Fetches are what costs, on processors and GPUs alike.
 *
 * Across a plane: channels by four ("quads"), and within them columns of tiles; down: pictures, and within them rows of tiles. One
 * more row is zeros: that is what lies around a picture. So are the pixels that tiles of an odd picture have too many.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { Target } from './launch';

export type Planes = readonly [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo, tf.TensorInfo];

export interface Tiling {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Channels by four. */
  readonly quads: number;
  /** Tiles of a picture, down and across. */
  readonly rows: number;
  readonly columns: number;
  /** The row of zeros. */
  readonly zeros: number;
}

/** @param shape [B, H, W, C], C a multiple of four */
export function tilingOf([batch = 0, height = 0, width = 0, channels = 0]: readonly number[]): Tiling {
  const rows = Math.ceil(height / 2);
  const columns = Math.ceil(width / 2);
  return { batch, height, width, channels, quads: channels / 4, rows, columns, zeros: batch * rows };
}

/** Four planes of a tiling, as targets of a launch. */
export function planeTargets(tiling: Tiling): readonly Target[] {
  const target = texels(tiling.columns * tiling.quads, tiling.zeros + 1);
  return [target, target, target, target];
}

/** One value for each pixel of a tile: a texel a tile. */
export function pixelTarget({ columns, zeros }: Tiling): Target {
  return texels(columns, zeros + 1);
}

export function texels(width: number, height: number): Target {
  return { shape: [height, width, 4], layout: { width, height } };
}

/** @throws when a launch gave something else */
export function asPlanes(tensors: readonly tf.TensorInfo[]): Planes {
  const [first, second, third, fourth] = tensors;
  if (!first || !second || !third || !fourth) throw new Error('a tile has four planes');
  return [first, second, third, fourth];
}

/** Samplers name0 to name3. */
export function planeInputs(name: string, planes: Planes): Readonly<Record<string, tf.TensorInfo>> {
  return Object.fromEntries(planes.map((plane, k) => [`${name}${k}`, plane]));
}

export const planeNumbers = [0, 1, 2, 3] as const;

/** GLSL: where a texel of a plane stands. */
export function tilePlace({ columns, rows }: Tiling): string {
  return `
  int column = at.x % ${columns}, quad = at.x / ${columns}, row = at.y % ${rows}, picture = at.y / ${rows};`;
}

/**
 * GLSL that draws every plane, and zeros outside the picture.
 * @param value an expression of a vec4; `i` is the number in [B, H, W, C] of the texel's first channel
 */
export function everyPlane({ height, width, channels, zeros }: Tiling, value: (k: number) => string): string {
  return planeNumbers
    .map(
      (k) => `
  {
    int y = 2 * row + ${k >> 1}, x = 2 * column + ${k & 1};
    int i = ((picture * ${height} + y) * ${width} + x) * ${channels} + 4 * quad;
    out${k} = at.y < ${zeros} && y < ${height} && x < ${width} ? ${value(k)} : vec4(0);
  }`,
    )
    .join('');
}
