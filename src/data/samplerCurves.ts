/** Recorded measurements as curves: one for each way of walking, quality against network evaluations. Plain numbers. */
import type { MeasureName, MeasuredQuality, RecordedSamplerRow } from './recordedSamplers';

/** One number of steps of one sampler. */
export interface CurvePoint {
  readonly nfe: number;
  readonly steps: number;
  /** One for each seed. */
  readonly rows: readonly RecordedSamplerRow[];
}

export interface SamplerCurve {
  readonly sampler: string;
  readonly spacing: string;
  /** From few evaluations to many. */
  readonly points: readonly CurvePoint[];
}

/** What several measurements of the same thing say. */
export interface Band {
  readonly low: number;
  readonly mean: number;
  readonly high: number;
}

/** In the order in which the samplers first appear. */
export function curvesOf(rows: readonly RecordedSamplerRow[]): readonly SamplerCurve[] {
  const groups = grouped(rows, ({ sampler, params, spacing }) => JSON.stringify([sampler, params, spacing]));
  return groups.flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const points = grouped(group, ({ steps }) => String(steps)).flatMap((same) => {
      const [one] = same;
      return one ? [{ nfe: one.nfe, steps: one.steps, rows: same }] : [];
    });
    return [{ sampler: first.sampler, spacing: first.spacing, points: points.sort((a, b) => a.nfe - b.nfe) }];
  });
}

/** NaN of no measurements. */
export function bandOf(measured: readonly MeasuredQuality[], measure: MeasureName): Band {
  const values = measured.map((each) => each[measure]);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { low: Math.min(...values), mean, high: Math.max(...values) };
}

/** What everything is held against: DDPM with as many steps as the network was trained on. Empty where it is not measured yet. */
export function referenceRows(rows: readonly RecordedSamplerRow[], trainedT: number): readonly RecordedSamplerRow[] {
  return rows.filter(({ sampler, steps }) => sampler === 'ddpm' && steps === trainedT);
}

/** The walk with the lowest mean Fréchet distance of all; null where nothing is measured. */
export function bestPoint(curves: readonly SamplerCurve[]): { readonly curve: SamplerCurve; readonly point: CurvePoint } | null {
  const all = curves.flatMap((curve) => curve.points.map((point) => ({ curve, point, fd: bandOf(point.rows, 'fd').mean })));
  return all.toSorted((a, b) => a.fd - b.fd)[0] ?? null;
}

/** Near enough: a Fréchet distance at most this share above another. */
export const nearShare = 0.1;

/** The fewest evaluations that bring a sampler's mean Fréchet distance near that of others (or below it); null if none measured do. */
export function firstNear(curve: SamplerCurve, others: readonly RecordedSamplerRow[]): number | null {
  const most = (1 + nearShare) * bandOf(others, 'fd').mean;
  return curve.points.find(({ rows }) => bandOf(rows, 'fd').mean <= most)?.nfe ?? null;
}

/** Noise seeds that a list of measurements rests on. */
export function seedCount(rows: readonly RecordedSamplerRow[]): number {
  return new Set(rows.map(({ seed }) => seed)).size;
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}
