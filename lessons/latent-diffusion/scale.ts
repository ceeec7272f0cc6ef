/** Latents that are not of size 1, and guesses that are limited where they should not be: the recorded study, as a table and in words. */
import type { RecordedLatent, ScaleRow } from '$lib/data/recordedLatent';
import { percentWords } from '../upsampling/units';

/** Latents within this factor of 1 count as scaled. */
const nearOne = 1.05;

function isScaled({ deviation }: Pick<ScaleRow, 'deviation'>): boolean {
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

function figures(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString('en');
}

/** Bounds that cut off next to nothing of a normal distribution. */
const harmlessDeviations = 3;

const isHarmless = ({ clip, deviation }: ScaleRow): boolean => clip === null || clip / deviation >= harmlessDeviations;

/** Of each size the best that a bound which cuts nothing off allows: size 1 first. */
function bySize({ scale }: RecordedLatent): readonly ScaleRow[] {
  const sizes = [...new Set(scale.map(({ deviation }) => deviation))];
  const best = sizes.flatMap(
    (size) => scale.filter((row) => row.deviation === size && isHarmless(row)).toSorted((a, b) => a.fd.mean - b.fd.mean)[0] ?? [],
  );
  return best.toSorted((a, b) => Number(isScaled(b)) - Number(isScaled(a)) || b.deviation - a.deviation);
}

const scores = (row: ScaleRow): string => `${row.fd.mean.toFixed(0)}, the right digit in ${percentWords(row.class.mean, 0)}`;

/** What size does, and what the bound does, each by itself; null while one size alone was measured. */
export function scaleWords(recorded: RecordedLatent): string | null {
  const [scaled, ...others] = bySize(recorded);
  if (!scaled || !isScaled(scaled) || others.length === 0) return null;
  const each = others.map((row) => `of deviation ${figures(row.deviation)}, ${scores(row)}`);
  const cut = recorded.scale.find((row) => !isScaled(row) && !isHarmless(row));
  const both = cut ? ` With a bound made for deviation 1 on latents of deviation ${figures(cut.deviation)}: ${scores(cut)}.` : '';
  return `The size alone, with a bound that cuts nothing off: of deviation 1, a Fréchet distance of ${scores(scaled)}; ${each.join('; ')}.${both}`;
}

/** Distances nearer than this, in factors, are called about the same: the study has one training and one noise. */
const sameDistance = 1.5;

/** Which of the two mistakes does the harm, for the prose; empty while it was not measured. */
export function blameWords(recorded: RecordedLatent): string {
  const [scaled, ...others] = bySize(recorded);
  const cut = recorded.scale.find((row) => !isScaled(row) && !isHarmless(row));
  if (!scaled || !isScaled(scaled) || others.length === 0) return '';
  const factor = (row: ScaleRow): number => row.fd.mean / scaled.fd.mean;
  const said = others.map((row) =>
    factor(row) < sameDistance
      ? `latents of deviation ${figures(row.deviation)} are hardly worse for it`
      : `latents of deviation ${figures(row.deviation)} multiply the distance by ${figures(factor(row))}`,
  );
  const wreck = cut ? `; a bound that cuts into them multiplies it by ${figures(factor(cut))}` : '';
  return `So much for each mistake by itself: ${said.join(', and ')}${wreck}.`;
}

/** Whether each row stands for one noise alone. */
export function isOneNoise({ scale }: RecordedLatent): boolean {
  return scale.every(({ fd }) => fd.min === fd.max);
}
