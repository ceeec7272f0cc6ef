/** Reading and making tensors in tfjs's own two layouts: one value a texel, or 2×2 values of the last two axes ("packed"). */
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import type * as tf from '@tensorflow/tfjs-core';

/** GLSL for one sampler: `name_at(i)` is value i of the tensor in row-major order; `name_pair` and `name_quad` are two and four from there. */
export type StockReader = (tensors: Readonly<Record<string, tf.TensorInfo>>) => string;

export function createStockReader(backend: MathBackendWebGL): StockReader {
  const reader = (name: string, { dataId }: tf.TensorInfo): string => {
    backend.uploadToGPU(dataId);
    // The shape that the texture was made for; a reshaped tensor may share it.
    const { shape, texShape: [, width] = [1, 1], isPacked, slice } = backend.texData.get(dataId);
    return isPacked ? packedReader(name, shape, Math.ceil(width / 2)) : plainReader(name, width, slice?.flatOffset ?? 0);
  };
  return (tensors) =>
    Object.entries(tensors)
      .map(([name, tensor]) => reader(name, tensor))
      .join('\n');
}

function plainReader(name: string, width: number, offset: number): string {
  return `
float ${name}_at(int i) { i += ${offset}; return texelFetch(${name}, ivec2(i % ${width}, i / ${width}), 0).r; }
${pairOfSingles(name)}
${quadOfPairs(name)}`;
}

function packedReader(name: string, shape: readonly number[], width: number): string {
  const columns = shape.at(-1) ?? 1;
  const rows = shape.at(-2) ?? 1;
  const [across, down] = [Math.ceil(columns / 2), Math.ceil(rows / 2)];
  const place = `int column = i % ${columns}, row = i / ${columns} % ${rows}, outer = i / ${rows * columns};
  int square = (outer * ${down} + row / 2) * ${across} + column / 2;`;
  return `
vec4 ${name}_square(int i) { return texelFetch(${name}, ivec2(i % ${width}, i / ${width}), 0); }
float ${name}_at(int i) {
  ${place}
  vec4 values = ${name}_square(square);
  vec2 pair = row % 2 == 0 ? values.rg : values.ba;
  return column % 2 == 0 ? pair.x : pair.y;
}
${columns % 2 === 0 ? pairOfSquare(name, place) : pairOfSingles(name)}
${quadOfPairs(name)}`;
}

function pairOfSingles(name: string): string {
  return `vec2 ${name}_pair(int i) { return vec2(${name}_at(i), ${name}_at(i + 1)); }`;
}

/** Two values that begin at a multiple of two lie in one square, if rows are of even length. */
function pairOfSquare(name: string, place: string): string {
  return `vec2 ${name}_pair(int i) {
  ${place}
  vec4 values = ${name}_square(square);
  return row % 2 == 0 ? values.rg : values.ba;
}`;
}

function quadOfPairs(name: string): string {
  return `vec4 ${name}_quad(int i) { return vec4(${name}_pair(i), ${name}_pair(i + 2)); }`;
}

/** GLSL for a launch that draws tfjs's packed layout: the texel is values (row, column) to (row + 1, column + 1) of matrix `outer`. */
export function packedPlace(shape: readonly number[]): string {
  const across = Math.ceil((shape.at(-1) ?? 1) / 2);
  const down = Math.ceil((shape.at(-2) ?? 1) / 2);
  return `
  int column = 2 * (texel % ${across}), row = 2 * (texel / ${across} % ${down}), outer = texel / ${across * down};`;
}
