/** Measured numbers, as they are written. */
import type { SeedSpread } from '$lib/data/recordedObedience';

export function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

export function distance({ mean }: SeedSpread): string {
  return mean.toFixed(1);
}

/** "21.4 (20.8–22.1)": the mean, and the range over the seeds of the noise. */
export function spread({ min, mean, max }: SeedSpread, digits: number): string {
  return max > min ? `${mean.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})` : mean.toFixed(digits);
}
