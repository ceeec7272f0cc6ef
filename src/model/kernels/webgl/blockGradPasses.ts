/** What surrounds the convolutions of a residual block on the way back, a launch each. */
import type * as tf from '@tensorflow/tfjs-core';
import { filmPlace, outOfTiles, type Film, type Norm } from './blockPasses';
import { siluFunctions } from './glsl';
import type { Target } from './launch';
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

/** From the gradient of SiLU(h · (1 + scale) + shift) to that of h. */
export function filmSiluGrad({ launch, read }: Tools, dTold: Planes, h: Planes, film: Film, tiling: Tiling): Planes {
  const stock = { scale: film.scale, shift: film.shift };
  const value = (k: number): string =>
    `texelFetch(dTold${k}, at, 0) * siluSlope(texelFetch(h${k}, at, 0) * gains + shifts) * gains`;
  const code = `${tilePlace(tiling)}${filmPlace(tiling)}${everyPlane(tiling, value)}`;
  const inputs = { ...planeInputs('dTold', dTold), ...planeInputs('h', h), ...stock };
  return asPlanes(launch({ inputs, functions: siluFunctions + read(stock), targets: planeTargets(tiling), code }));
}

/** Of the gradient of the unit vector that the norm makes of a pixel, the mean of what points along that vector. A texel a tile. */
export function alongUnit({ launch, read }: Tools, dBefore: Planes, x: tf.TensorInfo, norm: Norm, tiling: Tiling): tf.TensorInfo {
  const { height, width, channels, quads, columns } = tiling;
  const stock = { x, gain: norm.gain };
  const pixel = (k: number): string => `
  {
    int i = ((picture * ${height} + 2 * row + ${k >> 1}) * ${width} + 2 * column + ${k & 1}) * ${channels};
    float sum = 0.0;
    for (int q = 0; q < ${quads}; q++) {
      vec4 unit = x_quad(i + 4 * q) * sizes[${k}], gains = gain_quad(4 * q);
      sum += dot(texelFetch(dBefore${k}, at + ivec2(q * ${columns}, 0), 0) * siluSlope(unit * gains) * gains, unit);
    }
    out0[${k}] = sum / ${channels}.0;
  }`;
  const code = `${tilePlace(tiling)}
  vec4 sizes = texelFetch(inverse, at, 0);${planeNumbers.map(pixel).join('')}`;
  const inputs = { ...planeInputs('dBefore', dBefore), ...stock, inverse: norm.inverse };
  return only(launch({ inputs, functions: siluFunctions + read(stock), targets: [pixelTarget(tiling)], code }));
}

/** dL/dx: what came past the convolutions, dy, if there is such a way, and what came through them, SiLU and the norm. */
export function inputGrad(
  tools: Tools,
  dy: tf.TensorInfo | null,
  dBefore: Planes,
  x: tf.TensorInfo,
  norm: (Norm & { readonly along: tf.TensorInfo }) | null,
  tiling: Tiling,
): tf.TensorInfo {
  const past: Readonly<Record<string, tf.TensorInfo>> = dy ? { dy } : {};
  const sum = dy ? 'dy_pair(i) + ' : '';
  if (!norm) {
    const value = (): string => `${sum}inTile * siluSlope(x_pair(i))`;
    return outOfTiles(tools, dBefore, tiling, { stock: { x, ...past }, functions: siluFunctions, value });
  }
  const { gain, inverse, along } = norm;
  return outOfTiles(tools, dBefore, tiling, {
    stock: { x, gain, ...past },
    inputs: { inverse, along },
    functions: `${siluFunctions}
vec2 throughNorm(vec2 dBefore, vec2 x, vec2 gains, float size, float along) {
  vec2 unit = x * size;
  return size * (dBefore * siluSlope(unit * gains) * gains - unit * along);
}
`,
    value: (part) =>
      `${sum}throughNorm(inTile, x_pair(i), gain_pair(column), texelFetch(inverse, tile, 0)[${part}], texelFetch(along, tile, 0)[${part}])`,
  });
}

/** Sums over the pixels of each picture, [B, C]. */
export interface FilmSums {
  readonly dscale: tf.TensorInfo;
  readonly dshift: tf.TensorInfo;
  readonly dy: tf.TensorInfo;
}

export function filmSums(
  { launch, read }: Tools,
  grads: { h: Planes; dTold: Planes; dy: Planes },
  film: Film,
  tiling: Tiling,
): FilmSums {
  const stock = { scale: film.scale, shift: film.shift };
  const term = (k: number): string => `
      if (${isPixel(k, tiling)}) {
        vec2 h = half4(texelFetch(h${k}, from, 0), column);
        vec2 dz = half4(texelFetch(dTold${k}, from, 0), column) * siluSlope(h * gains + shifts);
        sum0 += dz * h; sum1 += dz; sum2 += half4(texelFetch(dy${k}, from, 0), column);
      }`;
  const { code, targets } = sumsOfPictures(tiling, 3, 'vec2 gains = 1.0 + scale_pair(i), shifts = shift_pair(i);', term);
  const inputs = { ...planeInputs('h', grads.h), ...planeInputs('dTold', grads.dTold), ...planeInputs('dy', grads.dy), ...stock };
  const [dscale, dshift, dy] = launch({ inputs, functions: siluFunctions + halfFunction + read(stock), targets, code });
  if (!dscale || !dshift || !dy) throw new Error('a launch gave less than it should');
  return { dscale, dshift, dy };
}

/** What each picture has to say of the norm's gain: [B, C]. */
export function gainSums({ launch, read }: Tools, dBefore: Planes, x: tf.TensorInfo, norm: Norm, tiling: Tiling): tf.TensorInfo {
  const { height, width, channels } = tiling;
  const stock = { x, gain: norm.gain };
  const term = (k: number): string => `
      if (${isPixel(k, tiling)}) {
        int at4 = ((picture * ${height} + 2 * line + ${k >> 1}) * ${width} + 2 * across + ${k & 1}) * ${channels} + column;
        vec2 unit = x_pair(at4) * sizes[${k}];
        sum0 += half4(texelFetch(dBefore${k}, from, 0), column) * siluSlope(unit * gains) * unit;
      }`;
  const sizes = 'vec4 sizes = texelFetch(inverse, tile, 0);';
  const { code, targets } = sumsOfPictures(tiling, 1, 'vec2 gains = gain_pair(column);', term, sizes);
  const inputs = { ...planeInputs('dBefore', dBefore), ...stock, inverse: norm.inverse };
  return only(launch({ inputs, functions: siluFunctions + halfFunction + read(stock), targets, code }));
}

const halfFunction = `
vec2 half4(vec4 quad, int channel) { return channel % 4 == 0 ? quad.xy : quad.zw; }
`;

/** A tile of an odd picture may have pixels outside of it, where convolutions leave what they like. */
function isPixel(k: number, { height, width }: Tiling): string {
  return `2 * line + ${k >> 1} < ${height} && 2 * across + ${k & 1} < ${width}`;
}

/** Sums over pixels in tfjs's packed layout of [B, C]: a texel is two pictures and two channels. */
function sumsOfPictures(
  { batch, channels, rows, columns }: Tiling,
  count: number,
  once: string,
  term: (k: number) => string,
  everyTile = '',
): { readonly code: string; readonly targets: readonly Target[] } {
  const shape = [batch, channels];
  const sums = Array.from({ length: count }, (_, s) => s);
  const code = `${packedPlace(shape)}
${sums.map((s) => `  out${s} = vec4(0);`).join('\n')}
  for (int picture = row; picture < min(row + 2, ${batch}); picture++) {
    int i = picture * ${channels} + column;
    ${once}
    ${sums.map((s) => `vec2 sum${s} = vec2(0);`).join(' ')}
    for (int line = 0; line < ${rows}; line++) for (int across = 0; across < ${columns}; across++) {
      ivec2 tile = ivec2(across, picture * ${rows} + line), from = tile + ivec2(column / 4 * ${columns}, 0);
      ${everyTile}${planeNumbers.map(term).join('')}
    }
${sums.map((s) => `    if (picture == row) out${s}.rg = sum${s}; else out${s}.ba = sum${s};`).join('\n')}
  }`;
  return { code, targets: sums.map(() => ({ shape, layout: 'packed' as const })) };
}

/** The sum of [B, C] over pictures: [C]. */
export function gainGrad({ launch, read }: Tools, sums: tf.TensorInfo, { batch, channels }: Tiling): tf.TensorInfo {
  const code = `
  out0 = 0.0;
  for (int picture = 0; picture < ${batch}; picture++) out0 += sums_at(picture * ${channels} + texel);`;
  return only(launch({ inputs: { sums }, functions: read({ sums }), targets: [{ shape: [channels], layout: 'plain' }], code }));
}

export interface ChannelGrads {
  readonly db1: tf.TensorInfo;
  readonly db2: tf.TensorInfo;
  readonly dgain: tf.TensorInfo | null;
}

/** Sums over pictures, [C]. The first bias is seen through FiLM's scale, the second as it is. */
export function channelGrads(
  { launch, read }: Tools,
  scale: tf.TensorInfo,
  { dshift, dy }: FilmSums,
  gains: tf.TensorInfo | null,
  { batch, channels }: Tiling,
): ChannelGrads {
  const inputs = { scale, dshift, dy, ...(gains ? { gains } : {}) };
  const target: Target = { shape: [channels], layout: 'plain' };
  const code = `
  out0 = 0.0; out1 = 0.0; ${gains ? 'out2 = 0.0;' : ''}
  for (int picture = 0; picture < ${batch}; picture++) {
    int i = picture * ${channels} + texel;
    out0 += (1.0 + scale_at(i)) * dshift_at(i);
    out1 += dy_at(i);
    ${gains ? 'out2 += gains_at(i);' : ''}
  }`;
  const [db1, db2, dgain] = launch({
    inputs,
    functions: read(inputs),
    targets: gains ? [target, target, target] : [target, target],
    code,
  });
  if (!db1 || !db2) throw new Error('a launch gave less than it should');
  return { db1, db2, dgain: dgain ?? null };
}
