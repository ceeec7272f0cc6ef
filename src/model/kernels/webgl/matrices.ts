/**
 * Several matrices of one size as four textures ("planes"): a texel is four columns of a row, plane k has rows k, k + 4, k + 8 …, and
 * the matrices lie one under another. A launch with four outputs draws 4×4 numbers a texel's place: eight fetches for 64 multiplications
 * of a product.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { Target } from './launch';
import { asPlanes, planeInputs, planeNumbers, texels, type Planes } from './tiles';
import type { Tools } from './tools';

export interface Matrices {
  readonly planes: Planes;
  readonly count: number;
  /** Of each; multiples of four. */
  readonly rows: number;
  readonly columns: number;
}

type Sizes = Omit<Matrices, 'planes'>;

export function matrixTargets({ count, rows, columns }: Sizes): readonly Target[] {
  return planeNumbers.map(() => texels(columns / 4, (count * rows) / 4));
}

const component = ['x', 'y', 'z', 'w'] as const;

/** GLSL: which matrix and which block of four rows a texel belongs to. */
export function matrixPlace(rows: number): string {
  return `
  int matrix = at.y / ${rows / 4}, block = at.y % ${rows / 4};`;
}

/**
 * left · right, matrix by matrix.
 * @param result GLSL for the four rows, of `sum`: a vec4 of row `4 * block + k`, columns from `4 * at.x`
 */
export function multiply(
  { launch }: Tools,
  left: Matrices,
  right: Matrices,
  result: (sum: string, k: number) => string = (sum) => sum,
  more: Readonly<Record<string, tf.TensorInfo>> = {},
): Matrices {
  const inner = left.columns / 4;
  const code = `${matrixPlace(left.rows)}
  vec4 sum0 = vec4(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
  for (int k = 0; k < ${inner}; k++) {
    ivec2 from = ivec2(at.x, matrix * ${inner} + k);
    mat4 right4 = mat4(${planeNumbers.map((k) => `texelFetch(right${k}, from, 0)`).join(', ')});
${planeNumbers.map((k) => `    sum${k} += right4 * texelFetch(left${k}, ivec2(k, at.y), 0);`).join('\n')}
  }
${planeNumbers.map((k) => `  out${k} = ${result(`sum${k}`, k)};`).join('\n')}`;
  const sizes = { count: left.count, rows: left.rows, columns: right.columns };
  const inputs = { ...planeInputs('left', left.planes), ...planeInputs('right', right.planes), ...more };
  return { ...sizes, planes: asPlanes(launch({ inputs, targets: matrixTargets(sizes), code })) };
}

/** Every matrix, transposed, times itself: [columns, columns]. */
export function gram({ launch }: Tools, { planes, count, rows, columns }: Matrices): Matrices {
  const code = `${matrixPlace(columns)}
  vec4 sum0 = vec4(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
  for (int k = matrix * ${rows / 4}; k < (matrix + 1) * ${rows / 4}; k++) {
${planeNumbers
  .map((k) => {
    const fetches = `vec4 a = texelFetch(m${k}, ivec2(block, k), 0), b = texelFetch(m${k}, ivec2(at.x, k), 0);`;
    return `    { ${fetches} ${component.map((c, i) => `sum${i} += a.${c} * b;`).join(' ')} }`;
  })
  .join('\n')}
  }
${planeNumbers.map((k) => `  out${k} = sum${k};`).join('\n')}`;
  const sizes = { count, rows: columns, columns };
  return { ...sizes, planes: asPlanes(launch({ inputs: planeInputs('m', planes), targets: matrixTargets(sizes), code })) };
}
