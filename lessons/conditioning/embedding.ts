/**
 * The timestep on its way into the network, as maps over all moments: sines and cosines of it, the linear layer behind them, and the
 * scale that a block makes of that. The arithmetic is that of src/model (timeEmbedding.ts, condition.ts, film.ts), on plain arrays.
 */
import { AppError } from '$lib/base/errors';
import type { NamedArrays } from '$lib/model/config';
import { frequencies, highestAngle } from '$lib/model/timeFrequencies';

/** One row a feature, one column a moment: column 0 is t = 1. Values row by row. */
export interface MomentMap {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** Sines, then cosines, of 100·(t − 1)/T·f_k, quick ones first. [features, T] */
export function waves(features: number, T: number): MomentMap {
  const f = frequencies(features);
  const half = f.length;
  const values = new Float32Array(features * T);
  for (let column = 0; column < T; column += 1) {
    const scaled = (highestAngle * column) / T;
    f.forEach((frequency, k) => {
      values[k * T + column] = Math.sin(scaled * frequency);
      values[(half + k) * T + column] = Math.cos(scaled * frequency);
    });
  }
  return { rows: features, columns: T, values };
}

/** How many moments one wave of each row is long. */
export function wavelength(row: number, features: number, T: number): number {
  const f = frequencies(features)[row % (features / 2)] ?? 1;
  return (2 * Math.PI * T) / (highestAngle * f);
}

/**
 * A linear layer on every column.
 * @param weight [rows of the map, out] and bias [out], as they lie in the file
 * @throws weights/format, when the layer is missing or does not fit
 */
export function throughLinear(map: MomentMap, weights: NamedArrays, name: string): MomentMap {
  const [weight, bias] = [weights[`${name}.weight`], weights[`${name}.bias`]];
  const out = bias?.data.length ?? 0;
  if (!weight || !bias || weight.data.length !== map.rows * out) {
    throw new AppError(
      'weights/format',
      `The recorded network has no layer “${name}” that fits. Reload the page to fetch it again.`,
    );
  }
  const values = new Float32Array(out * map.columns);
  for (let column = 0; column < map.columns; column += 1) {
    for (let o = 0; o < out; o += 1) {
      let sum = bias.data[o] ?? 0;
      for (let i = 0; i < map.rows; i += 1) sum += (map.values[i * map.columns + column] ?? 0) * (weight.data[i * out + o] ?? 0);
      values[o * map.columns + column] = sum;
    }
  }
  return { rows: out, columns: map.columns, values };
}

/**
 * What a block multiplies its channels by, 1 + scale, when told t and no class.
 * @param told the linear layer's output
 */
export function blockGain(told: MomentMap, weights: NamedArrays, block: string): MomentMap {
  const nobody = notToldRow(weights);
  const condition = told.values.map((value, i) => silu(value + (nobody?.[Math.floor(i / told.columns)] ?? 0)));
  const scale = throughLinear({ ...told, values: condition }, weights, `${block}.scale`);
  return { ...scale, values: scale.values.map((value) => 1 + value) };
}

/** The last row of the class table stands for "not told"; null without classes. */
function notToldRow(weights: NamedArrays): Float32Array | null {
  const table = weights['label.weight'];
  const width = table?.shape[1] ?? 0;
  return table ? table.data.subarray(table.data.length - width) : null;
}

function silu(x: number): number {
  return x / (1 + Math.exp(-x));
}

/** Cosine between the column of one moment and every other's, −1..1. [columns] */
export function likeness({ rows, columns, values }: MomentMap, column: number): Float32Array {
  const length = (c: number): number => {
    let sum = 0;
    for (let row = 0; row < rows; row += 1) sum += (values[row * columns + c] ?? 0) ** 2;
    return Math.sqrt(sum);
  };
  const own = length(column);
  return Float32Array.from({ length: columns }, (_, c) => {
    let sum = 0;
    for (let row = 0; row < rows; row += 1) sum += (values[row * columns + column] ?? 0) * (values[row * columns + c] ?? 0);
    return sum / (own * length(c));
  });
}

/** How much a linear layer makes of one of its inputs: the root mean square of that input's weights. */
export function leaning(weights: NamedArrays, name: string, input: number): number {
  const { data, shape } = weights[`${name}.weight`] ?? { data: new Float32Array(), shape: [0, 1] };
  const out = shape[1] ?? 1;
  const row = data.subarray(input * out, (input + 1) * out);
  return Math.sqrt(row.reduce((sum, weight) => sum + weight * weight, 0) / out);
}

/** One row over t = 0 … T, as charts want it; there is nothing at t = 0. */
export function rowOf({ columns, values }: MomentMap, row: number): Float32Array {
  return overMoments(values.subarray(row * columns, (row + 1) * columns));
}

/** @param values of t = 1 … T */
export function overMoments(values: Float32Array): Float32Array {
  const all = new Float32Array(values.length + 1).fill(NaN);
  all.set(values, 1);
  return all;
}

/** The largest distance of any entry from `middle`. */
export function reach({ values }: MomentMap, middle: number): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value - middle)), 0);
}
