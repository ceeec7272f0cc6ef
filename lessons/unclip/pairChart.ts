/** The two lines of the charts that compare the chain with the prior and without it, and their axes. */
import type { ObedienceMeasure } from '$lib/data/recordedObedience';

export const lines = [
  { way: 'prior', name: 'with the prior', colour: 'var(--x0)', dashed: false },
  { way: 'caption', name: 'prior skipped', colour: 'var(--expert-1)', dashed: true },
] as const;

const distances = [5, 10, 15, 20, 30, 40, 60, 80, 100, 150, 200, 300];
const shares = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** Ticks within the axis: distances, or shares of pictures. */
export function ticksFor(measure: ObedienceMeasure, least: number, most: number): readonly number[] {
  return (measure === 'fd' ? distances : shares).filter((tick) => tick >= least && tick <= most);
}
