/** What each step of a lane is made of, as lines over the moments that the steps leave from. */
import { samplerById } from '$lib/diffusion/samplers';
import { stepTable, without, type PredictionWeights, type StepRow } from '$lib/diffusion/stepTable';
import type { NoiseLevel } from '$lib/diffusion/types';
import type { QuantityName } from '$lib/ui/quantities';
import type { LaneSettings } from './lanes';

export type WeightId = 'xt' | 'x0' | 'noise' | 'history-x0' | 'history-eps' | 'again-x0' | 'again-eps';

export interface WeightLine {
  readonly id: WeightId;
  readonly symbol: string;
  readonly words: string;
  readonly quantity: QuantityName;
  readonly style: 'solid' | 'dashed' | 'dotted';
  /** From the first step on; t is where the step leaves. */
  readonly points: readonly { readonly t: number; readonly weight: number }[];
}

const kinds: readonly Omit<WeightLine, 'points'>[] = [
  { id: 'xt', symbol: 'xₜ', words: 'the picture', quantity: 'xt', style: 'solid' },
  { id: 'x0', symbol: 'x̂₀', words: 'the guess', quantity: 'x0', style: 'solid' },
  { id: 'noise', symbol: 'z', words: 'fresh noise', quantity: 'noise', style: 'solid' },
  { id: 'history-x0', symbol: 'x̂₀', words: 'guesses before', quantity: 'x0', style: 'dashed' },
  { id: 'history-eps', symbol: 'ε̂', words: 'of guesses before', quantity: 'eps', style: 'dashed' },
  { id: 'again-x0', symbol: 'x̂₀', words: 'of a second look', quantity: 'x0', style: 'dotted' },
  { id: 'again-eps', symbol: 'ε̂', words: 'of a second look', quantity: 'eps', style: 'dotted' },
];

/**
 * ε̂ of the answer at xt is written out in xt and x̂0, so that all samplers speak of the same things; older and second answers
 * belong to other pictures, and stay as they are. Lines that are 0 throughout are left out.
 * @param levels from noise to clean
 */
export function weightLines(
  { sampler, params }: Pick<LaneSettings, 'sampler' | 'params'>,
  levels: readonly NoiseLevel[],
): readonly WeightLine[] {
  const rows = stepTable({ sampler: samplerById(sampler), values: params, levels }).map((row) => ({
    t: row.from.t,
    weights: weightsOf(row),
  }));
  return kinds
    .map((kind) => ({ ...kind, points: rows.map(({ t, weights }) => ({ t, weight: weights[kind.id] })) }))
    .filter(({ points }) => points.some(({ weight }) => Math.abs(weight) > negligible));
}

function weightsOf(row: StepRow): Readonly<Record<WeightId, number>> {
  const { xt, x0, noise } = without('eps', row);
  const sum = (weights: readonly PredictionWeights[], part: keyof PredictionWeights): number =>
    weights.reduce((total, each) => total + each[part], 0);
  return {
    xt,
    x0,
    noise,
    'history-x0': sum(row.history, 'x0'),
    'history-eps': sum(row.history, 'eps'),
    'again-x0': sum(row.again, 'x0'),
    'again-eps': sum(row.again, 'eps'),
  };
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
