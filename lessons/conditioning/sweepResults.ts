/** What was measured of guidance, as the page says it. Plain data. */
import type { RecordedCaptions, SweepRow } from '$lib/data/recordedCaptions';
import { distance, percent, spread } from './numberWords';

export const sweepOptions = [
  'both at the same w',
  'the look first: realism is best at a lower w than obedience',
  'obedience first: it is best at a lower w than realism',
  'both without any guidance, w = 1',
] as const;

interface BestGuidance {
  /** The row with the lowest Fréchet distance, and the one with the most pictures that are all that was asked for. */
  readonly realism: SweepRow;
  readonly obedience: SweepRow;
  /** Guidances that the noises cannot tell from it: each one's mean lies within the best one's range. Rising. */
  readonly realistic: readonly number[];
  readonly obedient: readonly number[];
}

/** Null of no rows. */
export function bestGuidance(sweep: readonly SweepRow[]): BestGuidance | null {
  const realism = sweep.toSorted((a, b) => a.fd.mean - b.fd.mean)[0];
  const obedience = sweep.toSorted((a, b) => b.all.mean - a.all.mean)[0];
  if (!realism || !obedience) return null;
  const scales = (isAsGood: (row: SweepRow) => boolean): readonly number[] =>
    sweep
      .filter(isAsGood)
      .map(({ guidanceScale }) => guidanceScale)
      .sort((a, b) => a - b);
  return {
    realism,
    obedience,
    realistic: scales(({ fd }) => fd.mean <= realism.fd.max),
    obedient: scales(({ all }) => all.mean >= obedience.all.min),
  };
}

/** One of sweepOptions, with the guidances; null while there is no sweep. */
export function sweepAnswer({ sweep }: RecordedCaptions): string | null {
  const best = bestGuidance(sweep);
  if (!best) return null;
  const { realistic, obedient } = best;
  const both = realistic.filter((scale) => obedient.includes(scale));
  if (both.length > 0) return both.includes(1) ? sweepOptions[3] : `${sweepOptions[0]} (${either(both)})`;
  const isLookFirst = best.realism.guidanceScale < best.obedience.guidanceScale;
  return `${sweepOptions[isLookFirst ? 1 : 2]} (${either(realistic)}; ${either(obedient)})`;
}

export function sweepWords({ sweep, real }: RecordedCaptions): string | null {
  const best = bestGuidance(sweep);
  if (!best) return null;
  const { realism, obedience, realistic, obedient } = best;
  return (
    `The Fréchet distance is lowest at w = ${either(realistic)}${unsure(realistic)}: ${spread(realism.fd, 1)} at w = ${realism.guidanceScale}, where ${percent(realism.all.mean)} of the pictures are all that was asked for. ` +
    `Most are at w = ${either(obedient)}${unsure(obedient)}: ${percent(obedience.all.mean)} at w = ${obedience.guidanceScale}, with a distance of ${distance(obedience.fd)}. ` +
    `Variety goes from ${distance(realism.variety)} to ${distance(obedience.variety)}; of real digits it is ${distance(real.variety)}.`
  );
}

/** What guidance does to variety, by our measure of it; empty before it was measured. */
export function varietyVerdict({ sweep }: RecordedCaptions): string {
  const best = bestGuidance(sweep);
  if (!best || best.realism === best.obedience) return '';
  const [from, to] = [best.realism.variety, best.obedience.variety];
  const change = `from ${distance(from)} at w = ${best.realism.guidanceScale} to ${distance(to)} at w = ${best.obedience.guidanceScale}`;
  if (to.max < from.min) return `Variety, the distance between two pictures of one digit, goes ${change}: they become alike.`;
  return (
    `The papers find that guidance costs variety. Between two pictures of one digit, whatever their captions, ours does not show that: their distance goes ${change}. ` +
    'The captions differ, and whoever obeys them more draws pictures that differ more. Among pictures of one caption it is another matter: read the numbers under the rows of a sweep that you draw.'
  );
}

/** "1.5", "1 or 1.5". */
function either(scales: readonly number[]): string {
  return scales.join(' or ');
}

function unsure(scales: readonly number[]): string {
  return scales.length > 1 ? ', which our noises cannot tell apart' : '';
}
