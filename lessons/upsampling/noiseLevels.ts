/** Noise put on the small pictures while drawing, told to upsamplers that know the levels: what each level is worth. Plain data. */
import type { LevelRow, RecordedCascade } from '$lib/data/recordedCascade';
import type { Floor } from '$lib/data/recordedSamplers';
import { percentWords } from './units';
import { aheadOf, certaintyWords, chanceOf, compare, spreadOf, type Comparison, type SeedSeries, type Spread } from './seeds';

/** One chain, along the levels. */
export interface LevelCurve {
  readonly key: string;
  readonly baseSteps: number;
  readonly guidanceScale: number;
  readonly points: readonly { readonly k: number; readonly rows: readonly LevelRow[]; readonly fd: Spread }[];
}

/** By training of the base, then by guidance. */
export function levelCurves({ levels }: RecordedCascade): readonly LevelCurve[] {
  const keyOf = (row: LevelRow): string => `${row.baseSteps}-${row.guidanceScale}`;
  const keys = [...new Set(levels.map(keyOf))];
  return keys
    .flatMap((key) => {
      const rows = levels.filter((row) => keyOf(row) === key);
      const [first] = rows;
      if (!first) return [];
      const ks = [...new Set(rows.map(({ k }) => k))].sort((a, b) => a - b);
      const points = ks.flatMap((k) => {
        const same = rows.filter((row) => row.k === k);
        const fd = spreadOf(same, 'fd');
        return fd ? [{ k, rows: same, fd }] : [];
      });
      return [{ key, baseSteps: first.baseSteps, guidanceScale: first.guidanceScale, points }];
    })
    .toSorted((a, b) => a.baseSteps - b.baseSteps || a.guidanceScale - b.guidanceScale);
}

function curveLabel({ baseSteps, guidanceScale }: LevelCurve): string {
  return `${baseSteps.toLocaleString('en')} steps, w = ${guidanceScale}`;
}

const colours = ['var(--eps)', 'var(--x0)', 'var(--xt)', 'var(--t)', 'var(--ink)'];

/** Of one guidance, in the order of the curves; every second one dashed, for whoever tells the colours apart badly. */
export function levelSeries(curves: readonly LevelCurve[]): readonly SeedSeries[] {
  return curves.map((curve, i) => ({
    name: `base of ${curve.baseSteps.toLocaleString('en')} steps`,
    colour: colours[i % colours.length] ?? 'var(--ink)',
    dashed: i % 2 === 1,
    points: curve.points.map(({ k, fd }) => ({ x: k, spread: fd })),
  }));
}

/** The level with the lowest mean distance, beside none. Null without a level 0 or with nothing to compare. */
function bestLevel({ points }: LevelCurve, floor: Floor): { readonly k: number; readonly comparison: Comparison } | null {
  const none = points.find(({ k }) => k === 0);
  const [best] = points.filter(({ k }) => k > 0).toSorted((a, b) => a.fd.mean - b.fd.mean);
  const comparison = none && best && compare(best.rows, none.rows, chanceOf(floor));
  return best && comparison ? { k: best.k, comparison } : null;
}

/** One curve in a sentence. Null if there is nothing to compare. */
export function levelWords(curve: LevelCurve, floor: Floor): string | null {
  const best = bestLevel(curve, floor);
  if (!best) return null;
  const { k, comparison } = best;
  const chain = `With a base of ${curve.baseSteps.toLocaleString('en')} steps and guidance ${curve.guidanceScale}`;
  const numbers = `${comparison.one.mean.toFixed(1)} where none has ${comparison.other.mean.toFixed(1)}`;
  const ahead = aheadOf(comparison);
  if (ahead === 'one') return `${chain} the best level is ${k}: ${numbers} (${certaintyWords(comparison)}).`;
  if (ahead === 'other') return `${chain} no level is better than none; the nearest is ${k}, with ${numbers}.`;
  return `${chain} no level is better than none for sure; the lowest is ${k}, with ${numbers} (${certaintyWords(comparison)}).`;
}

/** Where noise while drawing helps and where not, over all chains that were measured. Null while nothing is. */
export function allLevelsWords(recorded: RecordedCascade): string | null {
  const curves = levelCurves(recorded).flatMap((curve) => {
    const best = bestLevel(curve, recorded.floor);
    return best ? [{ curve, helps: aheadOf(best.comparison) === 'one' }] : [];
  });
  if (curves.length === 0) return null;
  const helped = curves.filter(({ helps }) => helps).map(({ curve }) => curveLabel(curve));
  const chains = curves.length === 1 ? 'In the one chain that was measured' : `Of the ${curves.length} chains that were measured`;
  if (helped.length === 0) return `${chains}, no level is better than none for sure.`;
  if (helped.length === curves.length) {
    return curves.length === 1
      ? `${chains}, some level is better than none.`
      : `${chains}, each has some level that is better than none.`;
  }
  return `${chains}, some level is better than none in ${helped.length}: ${helped.join('; ')}.`;
}

/**
 * Of the best trained base under the strongest guidance: whether noise while drawing helps even there, and what it does to obedience.
 * Empty where it does not, or where it was not measured.
 */
export function strongGuidanceWords(recorded: RecordedCascade): string {
  const curve = levelCurves(recorded).at(-1);
  const best = curve && bestLevel(curve, recorded.floor);
  if (!curve || !best || curve.guidanceScale <= 1 || aheadOf(best.comparison) !== 'one') return '';
  const accuracyAt = (k: number): string => {
    const accuracy = spreadOf(curve.points.find((point) => point.k === k)?.rows ?? [], 'accuracy');
    return accuracy ? percentWords(accuracy.mean) : '–';
  };
  const { one, other } = best.comparison;
  return `Strong guidance is such a flaw, too, however well the base is trained. After ${curve.baseSteps.toLocaleString('en')} steps, with guidance ${curve.guidanceScale}, level ${best.k} brings the distance from ${other.mean.toFixed(1)} to ${one.mean.toFixed(1)}. Without the noise ${accuracyAt(0)} of the digits are as asked, with it ${accuracyAt(best.k)}.`;
}
