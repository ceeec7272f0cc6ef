/** The loss taken apart by moment: a mean for each band of timesteps. */
export interface TimeBand {
  /** First and last timestep of the band. */
  readonly from: number;
  readonly to: number;
  /** Null while no picture of the band was seen. */
  readonly mean: number | null;
  readonly count: number;
}

export interface TimedErrors {
  readonly t: ArrayLike<number>;
  readonly errors: ArrayLike<number>;
}

/**
 * Bands of equal width over 1..T; the last ones are one step narrower where T is no multiple of `bands`.
 * @param batches one entry a training step: the timestep and the error of each picture in its batch
 */
export function meanByTime(batches: readonly TimedErrors[], T: number, bands: number): readonly TimeBand[] {
  const sums = new Float64Array(bands);
  const counts = new Float64Array(bands);
  for (const { t, errors } of batches) {
    for (let i = 0; i < t.length; i += 1) {
      const error = errors[i] ?? NaN;
      if (!Number.isFinite(error)) continue;
      const band = Math.min(bands - 1, Math.max(0, Math.floor((((t[i] ?? 1) - 1) * bands) / T)));
      sums[band] = (sums[band] ?? 0) + error;
      counts[band] = (counts[band] ?? 0) + 1;
    }
  }
  return Array.from({ length: bands }, (_, band) => {
    const count = counts[band] ?? 0;
    return {
      from: Math.ceil((band * T) / bands) + 1,
      to: Math.ceil(((band + 1) * T) / bands),
      mean: count > 0 ? (sums[band] ?? 0) / count : null,
      count,
    };
  });
}
