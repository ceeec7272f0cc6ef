/** Latents that are not of size 1, and guesses that are limited where they should not be: the recorded study, as a table and in words. */
import type { RecordedLatent, ScaleRow } from '$lib/data/recordedLatent';
import { percentWords } from '../upsampling/units';

/** Latents within this factor of 1 count as scaled. */
const nearOne = 1.05;

export function isScaled({ deviation }: Pick<ScaleRow, 'deviation'>): boolean {
  return deviation < nearOne && deviation > 1 / nearOne;
}

/** Scaled first; within one size the widest bound first, none before all. */
export function scaleRows({ scale }: RecordedLatent): readonly ScaleRow[] {
  const bound = ({ clip }: ScaleRow): number => clip ?? Infinity;
  return scale.toSorted((a, b) => Number(isScaled(b)) - Number(isScaled(a)) || a.deviation - b.deviation || bound(b) - bound(a));
}

/** "limited to ±4", "limited to ±0.4 deviations". */
export function clipWords({ clip, deviation }: Pick<ScaleRow, 'clip' | 'deviation'>): string {
  if (clip === null) return 'not limited';
  const inDeviations = clip / deviation;
  return `limited to ±${figures(clip)}, ${figures(inDeviations)} ${inDeviations === 1 ? 'deviation' : 'deviations'}`;
}

/** "divided: deviation 1", "as they are: deviation 10". */
export function sizeName(row: Pick<ScaleRow, 'deviation'>): string {
  return isScaled(row) ? 'divided: deviation 1' : `not divided: deviation ${figures(row.deviation)}`;
}

export function figures(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString('en');
}

/** Bounds that cut off next to nothing of a normal distribution. */
const harmlessDeviations = 3;

/** What scale does, and what the bound does, each by itself; null while both were not measured. */
export function scaleWords(recorded: RecordedLatent): string | null {
  const rows = recorded.scale;
  const isHarmless = ({ clip, deviation }: ScaleRow): boolean => clip === null || clip / deviation >= harmlessDeviations;
  const best = (some: readonly ScaleRow[]): ScaleRow | undefined => some.toSorted((a, b) => a.fd.mean - b.fd.mean)[0];
  const scaled = best(rows.filter((row) => isScaled(row) && isHarmless(row)));
  const unscaled = best(rows.filter((row) => !isScaled(row) && isHarmless(row)));
  const cut = rows.find((row) => !isScaled(row) && !isHarmless(row));
  if (!scaled || !unscaled) return null;
  const scores = (row: ScaleRow): string =>
    `Fréchet distance ${row.fd.mean.toFixed(0)}, ${percentWords(row.class.mean, 0)} the right digit`;
  const alone = `The size alone, with a bound that cuts nothing off: ${scores(scaled)} of latents that are divided, ${scores(unscaled)} of latents that are not (deviation ${figures(unscaled.deviation)}).`;
  const both = cut ? ` With a bound made for deviation 1 on top: ${scores(cut)}.` : '';
  return `${alone}${both}`;
}
