/**
 * Muon's step for one matrix, as src/training/muon.ts defines it: momentum, Nesterov's look ahead, and five Newton–Schulz steps on
 * the small Gram matrix, multiplied with the large matrix once at the end. Columns: a multiple of 8. A wide matrix with rows a multiple
 * of 8 too is turned first: its smaller Gram matrix is the other one.
 */
import { gemm, gemmTransposed, packPanels } from './matrix';
import { horizontalSum } from './activations';
import { emaStep } from './optimizer';

const steps = 5;
const a: f32 = 3.4445;
const b: f32 = -4.775;
const c: f32 = 2.0315;
const epsilon: f32 = 1e-7;

// @ts-ignore: decorator
@inline
function floats(n: i32): usize {
  return <usize>n << 2;
}

/** out = left · right, all [size, size]; panels is room for one of them. */
function product(left: usize, right: usize, out: usize, panels: usize, size: i32): void {
  packPanels(right, panels, size, size);
  gemm(left, panels, out, size, size, size);
}

/** from [rows, columns] → to [columns, rows] */
function transpose(from: usize, to: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      store<f32>(to + floats(column * rows + row), load<f32>(from + floats(row * columns + column)));
    }
  }
}

/** And the average of weights, where average is not 0. scratch: 2·rows·columns + 6·columns². All sizes multiples of 4. */
export function muonStep(
  value: usize, buffer: usize, gradient: usize, average: usize, clip: usize,
  newValue: usize, newBuffer: usize, newAverage: usize, scratch: usize,
  rows: i32, columns: i32, rate: f32, momentum: f32, decay: f32,
): void {
  const count = rows * columns;
  const isTurned = rows < columns && rows % 8 == 0;
  const tall = isTurned ? columns : rows;
  const narrow = isTurned ? rows : columns;
  const square = floats(narrow * narrow);
  const ahead = scratch;
  const x = isTurned ? ahead + floats(count) : ahead;
  const gram = x + floats(count);
  const squared = gram + square;
  const factor = squared + square;
  const polynomial = factor + square;
  const spare = polynomial + square;
  const panels = spare + square;

  const scale = f32x4.splat(load<f32>(clip) * (1 - momentum));
  const keep = f32x4.splat(momentum);
  let sum = f32x4.splat(0);
  for (let i = 0; i < count; i += 4) {
    const o = floats(i);
    const g = f32x4.mul(v128.load(gradient + o), scale);
    const next = f32x4.add(f32x4.mul(v128.load(buffer + o), keep), g);
    v128.store(newBuffer + o, next);
    const u = f32x4.add(g, f32x4.mul(next, keep));
    v128.store(ahead + o, u);
    sum = f32x4.add(sum, f32x4.mul(u, u));
  }
  const inverse = f32x4.splat(<f32>1 / (sqrt<f32>(horizontalSum(sum)) + epsilon));
  for (let i = 0; i < count; i += 4) v128.store(ahead + floats(i), f32x4.mul(v128.load(ahead + floats(i)), inverse));
  if (isTurned) transpose(ahead, x, rows, columns);

  memory.fill(gram, 0, square);
  gemmTransposed(x, x, gram, tall, narrow, narrow);
  for (let step = 1; step <= steps; step += 1) {
    product(gram, gram, squared, panels, narrow);
    for (let i = 0; i < narrow * narrow; i += 4) {
      const o = floats(i);
      const linear = f32x4.mul(v128.load(gram + o), f32x4.splat(b));
      v128.store(factor + o, f32x4.add(linear, f32x4.mul(v128.load(squared + o), f32x4.splat(c))));
    }
    for (let i = 0; i < narrow; i += 1) {
      const o = factor + floats(i * narrow + i);
      store<f32>(o, load<f32>(o) + a);
    }
    if (step === 1) {
      memory.copy(polynomial, factor, square);
    } else {
      product(polynomial, factor, spare, panels, narrow);
      memory.copy(polynomial, spare, square);
    }
    if (step < steps) {
      product(factor, gram, spare, panels, narrow);
      product(spare, factor, gram, panels, narrow);
    }
  }
  packPanels(polynomial, panels, narrow, narrow);
  gemm(x, panels, isTurned ? ahead : newValue, tall, narrow, narrow);
  if (isTurned) transpose(ahead, newValue, tall, narrow);
  const rate4 = f32x4.splat(rate);
  for (let i = 0; i < count; i += 4) {
    const o = floats(i);
    v128.store(newValue + o, f32x4.sub(v128.load(value + o), f32x4.mul(v128.load(newValue + o), rate4)));
  }
  if (average) emaStep(average, newValue, newAverage, count, decay);
}
