/** The samplers side by side: pictures a second and the network's share, timed here; quality from the recorded measurements. */
import { existsSync, readFileSync } from 'node:fs';
import { planWalks } from '../scripts/samplers/plan';
import { parseRecordedSamplers, type RecordedSamplerRow, type RecordedSamplers } from '../src/data/recordedSamplers';
import { bandOf, bestPoint, curvesOf, firstNear, referenceRows, seedCount, type SamplerCurve } from '../src/data/samplerCurves';
import { recipes } from '../src/training/recipes';
import type { SamplerFigure } from './figures';
import type { TimedWalk, WalkRequest } from './walk';

const evaluations = [4, 8, 16, 50] as const;
const batches = [1, 16, 64] as const;
const recordedFile = new URL('../public/recorded/samplers.json', import.meta.url);

/** @param timeWalk in a page on WASM */
export async function measureSamplers(timeWalk: (request: WalkRequest) => Promise<TimedWalk>): Promise<readonly SamplerFigure[]> {
  const recorded = readRecorded();
  const figures: SamplerFigure[] = [];
  for (const { sampler, samplerParams, steps, spacing } of planWalks({ seeds: [0], evaluations })) {
    for (const batch of batches) {
      const { nfe, ms, networkShare } = await timeWalk({ sampler, samplerParams, steps, spacing, batch });
      const figure = {
        ...({ sampler, spacing, steps, nfe, backend: 'wasm', batch } as const),
        imagesPerSecond: (1000 * batch) / ms,
        networkShare,
        ...qualityOf(recorded, { sampler, spacing, steps }),
      };
      figures.push(figure);
      console.log(
        `walk   ${sampler} · ${spacing} · ${steps} steps, ${nfe} evaluations · batch ${batch}: ${figure.imagesPerSecond.toFixed(1)} pictures a second, network ${(100 * figure.networkShare).toFixed(0)}%, Fréchet distance ${figure.fd?.toFixed(1) ?? 'not recorded'}`,
      );
    }
  }
  return figures;
}

/** For each recorded sampler, how many evaluations bring it within 10% of the long walk: sentences. */
export function evaluationsNeeded(): readonly string[] {
  const recorded = readRecorded();
  const reference = referenceRows(recorded?.rows ?? [], recipes.quick.schedule.T);
  if (!recorded || reference.length === 0) return ['the 1,000 steps of DDPM are not recorded: npm run samplers'];
  const curves = curvesOf(recorded.rows);
  const best = bestPoint(curves)?.point.rows ?? [];
  const evaluationsTo = (curve: SamplerCurve, others: readonly RecordedSamplerRow[]): string =>
    String(firstNear(curve, others) ?? 'never');
  return [
    `DDPM with 1,000 steps: Fréchet distance ${bandOf(reference, 'fd').mean.toFixed(1)} (${recorded.n} pictures, seeds: ${seedCount(reference)}); the best recorded: ${bandOf(best, 'fd').mean.toFixed(1)}`,
    ...curves.map(
      (curve) =>
        `${curve.sampler} · ${curve.spacing}: evaluations to come within 10% of 1,000 steps ${evaluationsTo(curve, reference)}, of the best ${evaluationsTo(curve, best)}`,
    ),
  ];
}

/** The fewest evaluations that bring any sampler within 10% of the long walk, as recorded; null if none comes there or nothing is recorded. */
export function evaluationsEnough(): number | null {
  const rows = readRecorded()?.rows ?? [];
  const reference = referenceRows(rows, recipes.quick.schedule.T);
  const found = reference.length === 0 ? [] : curvesOf(rows).flatMap((curve) => firstNear(curve, reference) ?? []);
  return found.length === 0 ? null : Math.min(...found);
}

type Quality = Pick<SamplerFigure, 'fd' | 'fdSpread' | 'n'>;

function qualityOf(
  recorded: RecordedSamplers | null,
  { sampler, spacing, steps }: Pick<SamplerFigure, 'sampler' | 'spacing' | 'steps'>,
): Quality {
  const rows = (recorded?.rows ?? []).filter((row) => row.sampler === sampler && row.spacing === spacing && row.steps === steps);
  if (!recorded || rows.length === 0) return { fd: null, fdSpread: null, n: null };
  const { low, mean, high } = bandOf(rows, 'fd');
  return { fd: mean, fdSpread: rows.length > 1 ? high - low : null, n: recorded.n };
}

function readRecorded(): RecordedSamplers | null {
  return existsSync(recordedFile) ? parseRecordedSamplers(JSON.parse(readFileSync(recordedFile, 'utf8'))) : null;
}
