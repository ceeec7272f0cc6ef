/** From recorded measurements to what the figure shows: axes, sentences, and the table beside the curves. Plain data. */
import { samplerById } from '$lib/diffusion/samplers';
import type { MeasureName, MeasuredQuality, RecordedSamplers } from '$lib/data/recordedSamplers';
import {
  bandOf,
  bestPoint,
  curvesOf,
  firstNear,
  nearShare,
  referenceRows,
  seedCount,
  type CurvePoint,
  type SamplerCurve,
} from '$lib/data/samplerCurves';

/** Steps that the network was trained on. */
export const trainedT = 1000;

export type ShownMeasure = Exclude<MeasureName, 'variety'>;

export interface MeasureView {
  readonly label: string;
  /** What the vertical axis says. */
  readonly axis: string;
  readonly isLog: boolean;
  /** Ends of the axis; what lies beyond is drawn at the edge. */
  readonly range: readonly [number, number];
  readonly ticks: readonly number[];
  readonly digits: number;
}

const mostBalance = Math.log(10);

export const measureViews: Readonly<Record<ShownMeasure, MeasureView>> = {
  fd: {
    label: 'Fréchet distance',
    axis: 'Fréchet distance to real digits; lower is better',
    isLog: true,
    range: [2, 100],
    ticks: [2, 5, 10, 20, 50, 100],
    digits: 1,
  },
  c90: {
    label: 'Sure',
    axis: 'share that the judge is more than 90% sure of',
    isLog: false,
    range: [0.6, 1],
    ticks: [0.6, 0.7, 0.8, 0.9, 1],
    digits: 2,
  },
  accuracy: {
    label: 'As asked',
    axis: 'share judged to be the digit that was asked for',
    isLog: false,
    range: [0.7, 1],
    ticks: [0.7, 0.8, 0.9, 1],
    digits: 2,
  },
  balance: {
    label: 'Class balance',
    axis: 'entropy of the judged classes; ln 10 = 2.303 if all are equally frequent',
    isLog: false,
    range: [2.2, mostBalance],
    ticks: [2.2, 2.225, 2.25, 2.275, 2.3],
    digits: 3,
  },
  midInk: {
    label: 'Blur',
    axis: 'grey pixels for each inked one; more is softer',
    isLog: false,
    range: [0.3, 1],
    ticks: [0.3, 0.5, 0.7, 0.9],
    digits: 2,
  },
};

/** Within the axis. */
export function onAxis(value: number, { range: [low, high] }: MeasureView): number {
  return Math.min(high, Math.max(low, value));
}

export function samplerLabel(id: string): string {
  return samplerById(id).label;
}

export interface Near {
  readonly sampler: string;
  /** Evaluations from which on it is near enough to the long walk; null where none of the recorded ones are. */
  readonly reference: number | null;
  /** And near enough to the best of all. */
  readonly best: number | null;
}

export interface Verdict {
  /** The mean Fréchet distance of the long walk, and on how many seeds it rests. */
  readonly reference: { readonly fd: number; readonly seeds: number };
  /** The lowest of all. */
  readonly best: { readonly fd: number; readonly sampler: string; readonly nfe: number };
  /** Each sampler, in the file's order. */
  readonly near: readonly Near[];
}

/** Null while the reference is not recorded. */
export function verdictOf(recorded: RecordedSamplers): Verdict | null {
  const reference = referenceRows(recorded.rows, trainedT);
  const curves = curvesOf(recorded.rows);
  const best = bestPoint(curves);
  if (reference.length === 0 || !best) return null;
  return {
    reference: { fd: bandOf(reference, 'fd').mean, seeds: seedCount(reference) },
    best: { fd: bandOf(best.point.rows, 'fd').mean, sampler: best.curve.sampler, nfe: best.point.nfe },
    near: curves.map((curve) => ({
      sampler: curve.sampler,
      reference: firstNear(curve, reference),
      best: firstNear(curve, best.point.rows),
    })),
  };
}

/** The sampler that needs the fewest evaluations to be near the best; what the figure shows first. */
export function favourite(verdict: Verdict | null): string | null {
  return verdict ? (fewest(verdict, 'best')?.samplers[0] ?? null) : null;
}

/** The answer in a few words, for beside a guess: "8, with UniPC". Null while it is not known. */
export function answerWords(verdict: Verdict | null): string | null {
  const first = verdict && fewest(verdict, 'reference');
  return first ? `${first.nfe.toLocaleString('en')}, with ${listed(first.samplers.map(samplerLabel))}` : null;
}

/** What the curves say, in sentences. */
export function verdictWords(verdict: Verdict | null, { n }: RecordedSamplers): string {
  const digits = n.toLocaleString('en');
  if (!verdict) return `DDPM with 1,000 steps is not recorded yet; the curves are of ${digits} digits a point.`;
  const { reference, best } = verdict;
  const seeds = reference.seeds === 1 ? 'one seed' : `the mean of ${reference.seeds} seeds`;
  const sentences = [
    `DDPM with 1,000 steps comes to a Fréchet distance of ${reference.fd.toFixed(1)} (${seeds}, ${digits} digits each).`,
  ];
  const first = fewest(verdict, 'reference');
  if (first) {
    sentences.push(
      `Within 10% of that, or below it, with the fewest evaluations, ${first.nfe.toLocaleString('en')}: ${listed(first.samplers.map(samplerLabel))}.`,
    );
  }
  // an advantage that is smaller than what counts as near is none
  if (best.fd < (1 - nearShare) * reference.fd) {
    const nearBest = fewest(verdict, 'best');
    sentences.push(
      `The long walk is not the best one: ${samplerLabel(best.sampler)} with ${best.nfe.toLocaleString('en')} evaluations has ${best.fd.toFixed(1)}.`,
      ...(nearBest
        ? [
            `Within 10% of that with the fewest, ${nearBest.nfe.toLocaleString('en')}: ${listed(nearBest.samplers.map(samplerLabel))}.`,
          ]
        : []),
    );
  }
  const never = verdict.near.filter((each) => each.reference === null).map(({ sampler }) => samplerLabel(sampler));
  if (never.length > 0)
    sentences.push(`${listed(never)} never ${never.length === 1 ? 'comes' : 'come'} near either, as far as it is recorded.`);
  return sentences.join(' ');
}

/** Whether more steps are better, as the recorded curves have it. Null while the long walk is not recorded. */
export function moreStepsWords(verdict: Verdict | null): string | null {
  if (!verdict) return null;
  const { reference, best } = verdict;
  const many = trainedT.toLocaleString('en');
  if (best.nfe === trainedT) return `Of the walks that were recorded, the one of ${many} steps is the best.`;
  const by = best.fd < (1 - nearShare) * reference.fd ? 'is better than' : 'is as good as';
  return `Of the walks that were recorded, ${samplerLabel(best.sampler)} with ${best.nfe.toLocaleString('en')} evaluations ${by} ${many} steps of DDPM: Fréchet distances of ${best.fd.toFixed(1)} and ${reference.fd.toFixed(1)}.`;
}

/** What a measure comes from and to along a sampler's curve: "from 0.59 after 4 evaluations to 0.39 after 1,000". Null without a curve. */
export function alongWords({ rows }: RecordedSamplers, sampler: string, measure: ShownMeasure): string | null {
  const points = curvesOf(rows).find((curve) => curve.sampler === sampler)?.points ?? [];
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || first === last) return null;
  const value = (point: CurvePoint): string => bandOf(point.rows, measure).mean.toFixed(measureViews[measure].digits);
  const evaluations = (point: CurvePoint): string => point.nfe.toLocaleString('en');
  return `from ${value(first)} after ${evaluations(first)} evaluations to ${value(last)} after ${evaluations(last)}`;
}

/** How many seeds stand behind the points: "3 seeds", or "1 to 3 seeds" where some rest on fewer. */
export function seedWords({ rows }: RecordedSamplers): string {
  const counts = curvesOf(rows).flatMap(({ points }) => points.map((point) => seedCount(point.rows)));
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (least < most) return `${least} to ${most} seeds`;
  return most === 1 ? 'one seed' : `${most} seeds`;
}

/** Who is near first; several, if they need equally few. Null if nobody is. */
function fewest(
  { near }: Verdict,
  to: 'reference' | 'best',
): { readonly nfe: number; readonly samplers: readonly string[] } | null {
  const nfe = Math.min(...near.map((each) => each[to] ?? Infinity));
  return nfe === Infinity ? null : { nfe, samplers: near.filter((each) => each[to] === nfe).map(({ sampler }) => sampler) };
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

/** The most steps that so many evaluations pay for; at least one. */
export function stepsFor(sampler: string, evaluations: number): number {
  const definition = samplerById(sampler);
  let steps = 1;
  while (steps < trainedT && definition.nfe(steps + 1) <= evaluations) steps += 1;
  return steps;
}

/** Evaluations that so many steps of a sampler take, with its usual settings. */
export function nfeOf(sampler: string, steps: number): number {
  return samplerById(sampler).nfe(steps);
}

/** The recorded point that is dearest within a number of evaluations, for the table. */
export function measuredAt(curve: SamplerCurve, evaluations: number): readonly MeasuredQuality[] {
  const paid = curve.points.filter(({ nfe }) => nfe <= evaluations);
  return paid.at(-1)?.rows ?? [];
}

/** Milliseconds that one evaluation of one picture took while recording. */
export function recordedPace({ n, rows }: RecordedSamplers): number {
  const evaluations = rows.reduce((sum, { nfe }) => sum + nfe * n, 0);
  return (1000 * rows.reduce((sum, { seconds }) => sum + seconds, 0)) / evaluations;
}

/** "about 20 s", "about 3 minutes". */
export function durationWords(seconds: number): string {
  if (seconds < 1) return 'about a second';
  if (seconds < 90) return `about ${seconds < 10 ? Math.ceil(seconds) : Math.round(seconds / 5) * 5} s`;
  return `about ${Math.round(seconds / 60)} minutes`;
}
