/**
 * Muon and the average of weights: what src/training/muon.ts composes, for all filters of one size at once. The iteration runs on the
 * matrices XᵀX, which are small; the trace of the first is ‖u‖².
 */
import type * as tf from '@tensorflow/tfjs-core';
import { muonEmaKernel, muonEmaReads } from '../optimizerPasses';
import { chunks, inGroups } from './lists';
import type { Target } from './launch';
import { gram, matrixPlace, matrixTargets, multiply, type Matrices } from './matrices';
import { registerKernel, type KernelCall } from './register';
import { asPlanes, planeInputs, planeNumbers, texels } from './tiles';
import { only, type Tools } from './tools';

/** As in src/training/muon.ts. */
const coefficients = { a: 3.4445, b: -4.775, c: 2.0315 } as const;
const newtonSchulzSteps = 5;
const epsilon = 1e-7;

/** Filters that one launch stacks: each brings two textures, and there is the clip factor; GPUs promise sixteen. */
const mostStacked = 7;

type Filter = Readonly<Record<(typeof muonEmaReads)[number], tf.TensorInfo>>;

export function registerMuon(tools: Tools): void {
  registerKernel(muonEmaKernel, ({ inputs, attrs }) => {
    const { groups: filters, last: clip } = inGroups(inputs, muonEmaReads);
    const made = new Map<Filter, readonly tf.TensorInfo[]>();
    for (const stack of stacksOf(filters)) {
      const directions = orthogonal(tools, lookAhead(tools, stack, clip, attrs));
      stack.forEach((filter, i) => made.set(filter, update(tools, filter, clip, directions, i, attrs)));
      tools.dispose(directions.planes);
    }
    return filters.flatMap((filter) => made.get(filter) ?? []);
  });
}

function stacksOf(filters: readonly Filter[]): readonly (readonly Filter[])[] {
  const bySize = new Map<string, Filter[]>();
  for (const filter of filters) {
    const size = filter.value.shape.join();
    bySize.set(size, [...(bySize.get(size) ?? []), filter]);
  }
  return [...bySize.values()].flatMap((same) => chunks(same, mostStacked));
}

/** u = (1 − μ)·g + μ·b, b the new buffer: Nesterov's look ahead, as matrices [k·k·C_in, C_out]. */
function lookAhead({ launch, read }: Tools, stack: readonly Filter[], clip: tf.TensorInfo, attrs: KernelCall['attrs']): Matrices {
  const { momentum = NaN } = attrs;
  const shape = stack[0]?.value.shape ?? [];
  const columns = shape.at(-1) ?? 0;
  const sizes = { count: stack.length, rows: shape.reduce((product, length) => product * length, 1) / columns, columns };
  const stock = Object.fromEntries([
    ['clip', clip],
    ...stack.flatMap(({ gradient, buffer }, i) => [[`gradient${i}`, gradient] as const, [`buffer${i}`, buffer] as const]),
  ]);
  const quad = (matrix: number, k: number): string => `
    { int i = (4 * block + ${k}) * ${columns} + 4 * at.x; out${k} = ofGradient * gradient${matrix}_quad(i) + ofBuffer * buffer${matrix}_quad(i); }`;
  const code = `${matrixPlace(sizes.rows)}
  float ofGradient = gradientShare * clip_at(0), ofBuffer = bufferShare;
${stack.map((_, matrix) => `  if (matrix == ${matrix}) {${planeNumbers.map((k) => quad(matrix, k)).join('')} }`).join('\n')}`;
  const numbers = { gradientShare: (1 - momentum) * (1 + momentum), bufferShare: momentum * momentum };
  return {
    ...sizes,
    planes: asPlanes(launch({ inputs: stock, functions: read(stock), targets: matrixTargets(sizes), code, numbers })),
  };
}

/** The same singular vectors, and singular values near 1. Disposes what it is given. */
function orthogonal(tools: Tools, ahead: Matrices): Matrices {
  const squares = gram(tools, ahead);
  const inverse = inverseNorms(tools, squares);
  let current = normalised(tools, squares, inverse);
  tools.dispose(squares.planes);
  let factor = quintic(tools, current);
  let product = factor;
  for (let step = 2; step <= newtonSchulzSteps; step += 1) {
    const half = multiply(tools, factor, current);
    const next = multiply(tools, half, factor);
    tools.dispose([...half.planes, ...current.planes]);
    if (factor !== product) tools.dispose(factor.planes);
    current = next;
    factor = quintic(tools, current);
    const longer: Matrices = multiply(tools, product, factor);
    tools.dispose(product.planes);
    product = longer;
  }
  tools.dispose([...factor.planes, ...current.planes]);
  const scaled = (sum: string): string => `${sum} * texelFetch(inverse, ivec2(0, matrix), 0).r`;
  const directions = multiply(tools, ahead, product, scaled, { inverse });
  tools.dispose([...ahead.planes, ...product.planes, inverse]);
  return directions;
}

/** 1/‖u‖ of every matrix, a texel each. */
function inverseNorms({ launch }: Tools, { planes, count, rows }: Matrices): tf.TensorInfo {
  const terms = planeNumbers.map((k) => `texelFetch(m${k}, ivec2(i, at.y * ${rows / 4} + i), 0)[${k}]`);
  const code = `
  float trace = 0.0;
  for (int i = 0; i < ${rows / 4}; i++) trace += ${terms.join(' + ')};
  out0 = vec4(1.0 / (sqrt(trace) + ${epsilon}), 0, 0, 0);`;
  return only(launch({ inputs: planeInputs('m', planes), targets: [texels(1, count)], code }));
}

/** The squares of u/‖u‖. */
function normalised({ launch }: Tools, squares: Matrices, inverse: tf.TensorInfo): Matrices {
  const code = `${matrixPlace(squares.rows)}
  float size = texelFetch(inverse, ivec2(0, matrix), 0).r;
${planeNumbers.map((k) => `  out${k} = texelFetch(m${k}, at, 0) * size * size;`).join('\n')}`;
  const inputs = { ...planeInputs('m', squares.planes), inverse };
  return { ...squares, planes: asPlanes(launch({ inputs, targets: matrixTargets(squares), code })) };
}

/** a·I + b·A + c·A² */
function quintic(tools: Tools, current: Matrices): Matrices {
  const { a, b, c } = coefficients;
  const unit = (k: number): string =>
    `(block == at.x ? vec4(${planeNumbers.map((i) => (i === k ? a : '0')).join(', ')}) : vec4(0))`;
  return multiply(tools, current, current, (sum, k) => `${unit(k)} + ${b} * texelFetch(left${k}, at, 0) + ${c} * ${sum}`);
}

/** @returns the new value, buffer and average */
function update(
  { launch, read }: Tools,
  filter: Filter,
  clip: tf.TensorInfo,
  { planes, rows, columns }: Matrices,
  place: number,
  { rate = NaN, momentum = NaN, decay = NaN }: KernelCall['attrs'],
): tf.TensorInfo[] {
  const stock = { ...filter, clip };
  const target: Target = { shape: filter.value.shape, layout: 'plain' };
  const direction = planeNumbers.map((k) => `    if (row % 4 == ${k}) direction = texelFetch(direction${k}, from, 0);`);
  const code = `
  int column = texel % ${columns}, row = texel / ${columns};
  ivec2 from = ivec2(column / 4, int(place) * ${rows / 4} + row / 4);
  vec4 direction = vec4(0);
${direction.join('\n')}
  out0 = value_at(texel) - rate * direction[column % 4];
  out1 = momentum * buffer_at(texel) + rest * gradient_at(texel) * clip_at(0);
  out2 = out0 + (average_at(texel) - out0) * decay;`;
  const inputs = { ...stock, ...planeInputs('direction', planes) };
  const numbers = { place, rate, momentum, rest: 1 - momentum, decay };
  return launch({ inputs, functions: read(stock), targets: [target, target, target], code, numbers });
}
