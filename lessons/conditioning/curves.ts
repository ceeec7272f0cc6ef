/** Measures of pictures as curves. Plain data. */
import type { ObedienceMeasure, SeedSpread } from '$lib/data/recordedObedience';

export interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly dashed?: boolean;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** The colours of several things side by side, none of them a quantity's. */
const measureLooks: Readonly<
  Partial<Record<ObedienceMeasure, { readonly name: string; readonly colour: string; readonly dashed?: boolean }>>
> = {
  class: { name: 'digit', colour: 'var(--expert-2)' },
  slant: { name: 'slant', colour: 'var(--expert-4)' },
  thickness: { name: 'thickness', colour: 'var(--expert-1)' },
  width: { name: 'width', colour: 'var(--expert-3)' },
  all: { name: 'all four', colour: 'var(--ink)' },
  fd: { name: 'Fréchet distance', colour: 'var(--expert-2)' },
  variety: { name: 'variety', colour: 'var(--expert-3)', dashed: true },
};

/** One line a measure, from the smallest x on. */
export function curvesOf<Row extends Readonly<Record<ObedienceMeasure, SeedSpread>>>(
  rows: readonly Row[],
  measures: readonly ObedienceMeasure[],
  xOf: (row: Row) => number,
): readonly Curve[] {
  const sorted = rows.toSorted((a, b) => xOf(a) - xOf(b));
  return measures.map((measure) => ({
    name: measure,
    colour: 'var(--ink)',
    ...measureLooks[measure],
    points: sorted.map((row) => ({ x: xOf(row), y: row[measure].mean })),
  }));
}
