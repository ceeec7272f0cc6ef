/** What each step of a lane is made of, as lines over the moments that the steps leave from. */
import { samplerById } from '$lib/diffusion/samplers';
import { stepTable, without } from '$lib/diffusion/stepTable';
import type { NoiseLevel } from '$lib/diffusion/types';
import type { QuantityName } from '$lib/ui/quantities';
import type { LaneSettings } from './lanes';

export interface WeightLine {
  readonly id: 'xt' | 'x0' | 'noise' | 'again' | 'history';
  readonly symbol: string;
  readonly words: string;
  readonly quantity: QuantityName;
  /** From the first step on; t is where the step leaves. */
  readonly points: readonly { readonly t: number; readonly weight: number }[];
}

/** The network's older and second answers have the colour of the guess: they are guesses too. */
const kinds: readonly Omit<WeightLine, 'points'>[] = [
  { id: 'xt', symbol: 'xₜ', words: 'the picture', quantity: 'xt' },
  { id: 'x0', symbol: 'x̂₀', words: 'the guess', quantity: 'x0' },
  { id: 'noise', symbol: 'z', words: 'fresh noise', quantity: 'noise' },
  { id: 'history', symbol: 'x̂₀′', words: 'earlier guesses', quantity: 'x0' },
  { id: 'again', symbol: 'x̂₀″', words: 'a second look', quantity: 'x0' },
];

/**
 * ε̂ is written out in xt and x̂0, so that all samplers speak of the same things. Lines that are 0 throughout are left out.
 * @param levels from noise to clean
 */
export function weightLines(
  { sampler, params }: Pick<LaneSettings, 'sampler' | 'params'>,
  levels: readonly NoiseLevel[],
): readonly WeightLine[] {
  const rows = stepTable({ sampler: samplerById(sampler), values: params, levels }).map((row) => ({
    t: row.from.t,
    weights: without('eps', row),
  }));
  return kinds
    .map((kind) => ({ ...kind, points: rows.map(({ t, weights }) => ({ t, weight: weights[kind.id] })) }))
    .filter(({ points }) => points.some(({ weight }) => Math.abs(weight) > negligible));
}
const negligible = 1e-9;

/** Whether two sets of lines say the same, to within rounding. */
export function areSameLines(a: readonly WeightLine[], b: readonly WeightLine[]): boolean {
  const tolerance = 1e-6;
  return (
    a.length === b.length &&
    a.every((line) => {
      const other = b.find(({ id }) => id === line.id);
      return (
        other !== undefined &&
        line.points.every(({ weight }, i) => Math.abs(weight - (other.points[i]?.weight ?? NaN)) < tolerance)
      );
    })
  );
}

/** One step in words, "the picture × 0.42, the guess × 0.55": for whoever does not see the lines. */
export function weightWords(lines: readonly WeightLine[], step: number): string {
  return lines
    .filter(({ points }) => Math.abs(points[step]?.weight ?? 0) > negligible)
    .map(({ words, points }) => `${words} × ${(points[step]?.weight ?? 0).toFixed(2)}`)
    .join(', ');
}
