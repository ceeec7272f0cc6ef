/** Where a loss chart puts its values: scales, ticks and paths, in pixels. */
import { line, scaleLinear, scaleLog } from 'd3';

export interface Point {
  readonly step: number;
  readonly value: number;
}

export type ScaleKind = 'linear' | 'log';

export interface AxesOptions {
  readonly kind: ScaleKind;
  readonly width: number;
  readonly height: number;
  /** Steps on the x axis run from 0 to this. */
  readonly steps: number;
  /** Largest and, for logarithmic axes, smallest value shown; what lies outside is drawn at the edge. */
  readonly top: number;
  readonly floor: number;
}

export interface Axes {
  x(step: number): number;
  /** Limited to the chart, so that a loss far off is seen at its edge instead of nowhere. */
  y(value: number): number;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
}

const tickCount = 4;
const pixelsPerTick = 90;

export function makeAxes({ kind, width, height, steps, top, floor }: AxesOptions): Axes {
  const x = scaleLinear([0, Math.max(1, steps)], [0, width]);
  const y = kind === 'log' ? scaleLog([floor, top], [height, 0]) : scaleLinear([0, top], [height, 0]);
  const lowest = kind === 'log' ? floor : 0;
  return {
    x: (step) => x(step),
    y: (value) => y(Math.min(top, Math.max(lowest, value))),
    xTicks: x.ticks(Math.max(2, Math.floor(width / pixelsPerTick))).filter(Number.isInteger),
    yTicks: kind === 'log' ? logTicks(floor, top) : y.ticks(tickCount),
  };
}

/** 1, 2 and 5 times powers of ten over up to two decades; powers alone beyond that. */
function logTicks(floor: number, top: number): readonly number[] {
  const mantissas = top / floor > 150 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(floor)); power <= Math.ceil(Math.log10(top)); power += 1) {
    for (const mantissa of mantissas) {
      const tick = mantissa * 10 ** power;
      if (tick >= floor * 0.999 && tick <= top * 1.001) ticks.push(Number(tick.toPrecision(1)));
    }
  }
  return ticks;
}

/** A path of zero-length strokes: with round caps, one dot a point in a single element. */
export function dotsPath(points: readonly Point[], axes: Axes, most: number): string {
  const stride = Math.max(1, Math.ceil(points.length / most));
  let path = '';
  for (let i = 0; i < points.length; i += stride) {
    const point = points[i];
    if (point && Number.isFinite(point.value)) path += `M${axes.x(point.step).toFixed(1)},${axes.y(point.value).toFixed(1)}h0`;
  }
  return path;
}

/** The last point is always on the line, however many are left out. */
export function trendPath(points: readonly Point[], axes: Axes, most: number): string {
  const stride = Math.max(1, Math.ceil(points.length / most));
  const kept = points.filter((point, i) => (i % stride === 0 || i === points.length - 1) && Number.isFinite(point.value));
  return (
    line<Point>(
      (point) => axes.x(point.step),
      (point) => axes.y(point.value),
    ).digits(1)(kept) ?? ''
  );
}

/** .27, 0.002, 41: as many digits as tell something. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 10_000) return `${Math.round(value / 1000)}k`;
  if (size >= 10) return String(Math.round(value));
  if (size >= 1 || size === 0) return String(Number(value.toFixed(1)));
  return String(Number(value.toPrecision(size < 0.1 ? 2 : 3))).replace(/^(-?)0\./, '$1.');
}

/** The power of ten that all but the wildest hundredth of the values lie below. */
export function decadeAbove(points: readonly Point[]): number {
  const sorted = points
    .map((point) => point.value)
    .filter((value) => Number.isFinite(value) && value > 0)
    .sort((a, b) => a - b);
  const high = sorted[Math.floor(sorted.length * 0.99)] ?? 1;
  return 10 ** Math.ceil(Math.log10(high));
}
