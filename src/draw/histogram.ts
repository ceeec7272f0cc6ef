/** Counting values into equal bins, and the bell that a Gaussian would make of them. */
import { bin } from 'd3';

export interface HistogramBin {
  readonly from: number;
  readonly to: number;
  /** Share of all values, 0 … 1. */
  readonly share: number;
}

export interface Bins {
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

/** Values outside the range are counted in the first or the last bin, so that the shares always sum to 1. */
export function histogram(values: ArrayLike<number>, { min, max, count }: Bins): readonly HistogramBin[] {
  const width = (max - min) / count;
  const edges = Array.from({ length: count - 1 }, (_, i) => min + (i + 1) * width);
  // d3 drops what lies outside the domain, and counts the upper end itself in the last bin.
  const inside = Array.from(values, (value) => Math.min(Math.max(value, min), max));
  const binned = bin().domain([min, max]).thresholds(edges)(inside);
  return binned.map((members, i) => ({
    from: min + i * width,
    to: min + (i + 1) * width,
    share: values.length > 0 ? members.length / values.length : 0,
  }));
}

/** Share of a Gaussian's values in a bin of this width around x (density times width). */
export function bellShare(
  x: number,
  { mean, std, width }: { readonly mean: number; readonly std: number; readonly width: number },
): number {
  const z = (x - mean) / std;
  return (width * Math.exp(-0.5 * z * z)) / (std * Math.sqrt(2 * Math.PI));
}

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] ?? 0;
  return values.length > 0 ? sum / values.length : 0;
}

/** Mean of the squares: the variance about zero. */
export function meanSquare(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += (values[i] ?? 0) ** 2;
  return values.length > 0 ? sum / values.length : 0;
}

export function stdOf(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  return Math.sqrt(Math.max(0, meanSquare(values) - mean * mean));
}
