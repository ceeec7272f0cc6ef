/** Recorded loss by t as curves: each training a thin line, their mean a thick one, plain or against the single network. */
import type { RecordedExperts, RecordedSetup } from '$lib/data/recordedExperts';

export interface LossCurve {
  readonly setup: RecordedSetup;
  readonly t: readonly number[];
  /** One for each training seed, [t.length]. */
  readonly seeds: readonly { readonly trainingSeed: number; readonly values: readonly number[] }[];
  /** Over the seeds. */
  readonly mean: readonly number[];
}

/** Null of a setup that is not recorded. */
export function lossCurve({ lossByTime }: Pick<RecordedExperts, 'lossByTime'>, setup: RecordedSetup): LossCurve | null {
  const own = lossByTime.filter((entry) => entry.setup === setup);
  const [first] = own;
  if (!first) return null;
  return withMean(
    setup,
    first.t,
    own.map(({ trainingSeed, x0Mse }) => ({ trainingSeed, values: x0Mse })),
  );
}

/** Each training divided by the single network's of the same seed: 1 is no difference. Null without a common seed. */
export function relativeCurve(recorded: Pick<RecordedExperts, 'lossByTime'>, setup: RecordedSetup): LossCurve | null {
  const [mine, one] = [lossCurve(recorded, setup), lossCurve(recorded, 'one')];
  if (!mine || !one) return null;
  const seeds = mine.seeds.flatMap(({ trainingSeed, values }) => {
    const partner = one.seeds.find((seed) => seed.trainingSeed === trainingSeed);
    return partner ? [{ trainingSeed, values: values.map((value, i) => value / (partner.values[i] ?? NaN)) }] : [];
  });
  return seeds.length === 0 ? null : withMean(setup, mine.t, seeds);
}

function withMean(setup: RecordedSetup, t: readonly number[], seeds: LossCurve['seeds']): LossCurve {
  const mean = t.map((_, i) => seeds.reduce((sum, { values }) => sum + (values[i] ?? NaN), 0) / seeds.length);
  return { setup, t, seeds, mean };
}

/** Where two experts gain most on the single network, and where they lose most, in a sentence. */
export function relativeWords(curve: LossCurve | null): string {
  if (!curve) return 'Not recorded yet.';
  const at = curve.mean.map((ratio, i) => ({ ratio, t: curve.t[i] ?? NaN })).toSorted((a, b) => a.ratio - b.ratio);
  const [lowest, highest] = [at[0], at.at(-1)];
  if (!lowest || !highest) return 'Not recorded yet.';
  const better = at.filter(({ ratio }) => ratio < 1).length;
  const change = (ratio: number): string => `${Math.abs(100 * (ratio - 1)).toFixed(1)}% ${ratio < 1 ? 'below' : 'above'}`;
  return `The experts’ mean loss lies below the single network’s at ${better} of ${at.length} moments: at t = ${lowest.t} it is ${change(lowest.ratio)}, at t = ${highest.t} ${change(highest.ratio)}.`;
}
