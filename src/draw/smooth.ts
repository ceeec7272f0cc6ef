/**
 * A trend through noisy losses: an exponential moving mean, corrected for its start as Adam corrects its moments (Kingma &
 * Ba 2015, arXiv:1412.6980, section 3), so that the first value is the first loss and not a tenth of it.
 */
export interface Trend {
  readonly mean: Float64Array;
  /** Standard deviation about the mean, over the same window. */
  readonly std: Float64Array;
}

/** After so many steps a loss counts half as much. */
export const smoothingHalfLife = 6;

/** Values that are not finite are passed over: the trend stays where it was. */
export function trendOf(values: ArrayLike<number>, halfLife = smoothingHalfLife): Trend {
  const keep = 0.5 ** (1 / halfLife);
  const mean = new Float64Array(values.length);
  const std = new Float64Array(values.length);
  let weight = 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? NaN;
    if (Number.isFinite(value)) {
      weight = keep * weight + (1 - keep);
      sum = keep * sum + (1 - keep) * value;
      squares = keep * squares + (1 - keep) * value * value;
    }
    mean[i] = weight > 0 ? sum / weight : NaN;
    std[i] = weight > 0 ? Math.sqrt(Math.max(0, squares / weight - (sum / weight) ** 2)) : NaN;
  }
  return { mean, std };
}
