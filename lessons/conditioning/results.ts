/** What was recorded, as the page says it: tables, curves, and the sentences that answer the two questions. Plain data. */
import { timeNetworks, type RecordedCaptions, type SweepRow, type TimeNetwork, type TimeRow } from '$lib/data/recordedCaptions';
import type { ObedienceMeasure, SeedSpread } from '$lib/data/recordedObedience';

export const timeOptions = [
  'it loses much, whatever it predicts',
  'predicting x₀ it loses little, predicting ε much',
  'predicting ε it loses little, predicting x₀ much',
  'it loses little, whatever it predicts',
] as const;

/** A loss of more than this factor in Fréchet distance is much: seeds alone move it by a tenth or two. */
const muchWorse = 1.4;
/** A digit that is read as what was asked for less often than this is not drawn any more. */
const leastClass = 0.5;

/** The guidance at which a network does best, of those measured. */
function bestTimeRow(rows: readonly TimeRow[], network: TimeNetwork): TimeRow | null {
  return rows.filter((row) => row.network === network).toSorted((a, b) => a.fd.mean - b.fd.mean)[0] ?? null;
}

interface Loss {
  readonly told: TimeRow;
  readonly untold: TimeRow;
  readonly isMuch: boolean;
}

function lossOf(rows: readonly TimeRow[], told: TimeNetwork, untold: TimeNetwork): Loss | null {
  const [a, b] = [bestTimeRow(rows, told), bestTimeRow(rows, untold)];
  if (!a || !b) return null;
  return {
    told: a,
    untold: b,
    isMuch: b.fd.mean > muchWorse * a.fd.mean || (a.class.mean >= leastClass && b.class.mean < leastClass),
  };
}

/** One of timeOptions; null while not all four were measured. */
export function timeAnswer({ time }: RecordedCaptions): string | null {
  const [x0, eps] = [lossOf(time, 'time-x0', 'timeless-x0'), lossOf(time, 'time-eps', 'timeless-eps')];
  if (!x0 || !eps) return null;
  if (x0.isMuch) return timeOptions[eps.isMuch ? 0 : 2];
  return timeOptions[eps.isMuch ? 1 : 3];
}

/** The answer as a sentence of the prose. */
export function timeVerdict(recorded: RecordedCaptions): string {
  switch (timeAnswer(recorded)) {
    case timeOptions[0]:
      return 'For our networks it is so: both lose much of what they could.';
    case timeOptions[1]:
      return 'Ours that predicts x₀ does about as well without; the one that predicts ε loses much.';
    case timeOptions[2]:
      return 'Ours that predicts ε does about as well without; the one that predicts x₀ loses much.';
    case timeOptions[3]:
      return 'Ours lose little, whatever they predict.';
    default:
      return 'Ours have not been measured yet.';
  }
}

/** "Predicting x₀: 21.0 with t, 23.4 without (each at its best w); …" */
export function timeWords({ time }: RecordedCaptions): string | null {
  const parts = (
    [
      ['Predicting x₀', lossOf(time, 'time-x0', 'timeless-x0')],
      ['Predicting ε', lossOf(time, 'time-eps', 'timeless-eps')],
    ] as const
  ).flatMap(([name, loss]) =>
    loss
      ? [
          `${name}, the Fréchet distance is ${distance(loss.told.fd)} with t and ${distance(loss.untold.fd)} without, and the judge reads the digit in ${percent(loss.told.class.mean)} and ${percent(loss.untold.class.mean)} of the pictures.`,
        ]
      : [],
  );
  return parts.length === 2 ? `${parts.join(' ')} Each at its best guidance.` : null;
}

export interface TimeLine {
  readonly network: TimeNetwork;
  readonly target: string;
  readonly isTold: boolean;
  readonly cells: readonly { readonly guidanceScale: number; readonly fd: string; readonly accuracy: string }[];
}

export function timeLines({ time }: RecordedCaptions): readonly TimeLine[] {
  return timeNetworks.map((network) => ({
    network,
    target: network.endsWith('x0') ? 'x₀' : 'ε',
    isTold: !network.startsWith('timeless'),
    cells: time
      .filter((row) => row.network === network)
      .toSorted((a, b) => a.guidanceScale - b.guidanceScale)
      .map((row) => ({ guidanceScale: row.guidanceScale, fd: spread(row.fd, 1), accuracy: percent(row.class.mean) })),
  }));
}

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

export interface StretchLine {
  readonly guidanceScale: number;
  /** "nowhere", "everywhere", "t in (200, 800]". */
  readonly where: string;
  readonly row: SweepRow;
}

/** Guidance nowhere, in each stretch that was measured, and everywhere. */
export function stretchLines({ sweep, intervals }: RecordedCaptions): readonly StretchLine[] {
  const scales = [...new Set(intervals.map(({ guidanceScale }) => guidanceScale))].sort((a, b) => a - b);
  const whole = (scale: number, where: string): readonly StretchLine[] =>
    sweep.filter((row) => row.guidanceScale === scale).map((row) => ({ guidanceScale: scale, where, row }));
  return [
    ...(scales.length > 0 ? whole(1, 'nowhere') : []),
    ...scales.flatMap((scale) => [
      ...intervals
        .filter((row) => row.guidanceScale === scale)
        .toSorted((a, b) => b.to - a.to || b.from - a.from)
        .map((row) => ({ guidanceScale: scale, where: `t in (${row.from}, ${row.to.toLocaleString('en')}]`, row })),
      ...whole(scale, 'everywhere'),
    ]),
  ];
}

/** What is asked for in as many pictures, to about a thirtieth, counts as obeyed as often. */
const asOften = 0.03;

/**
 * Of the stretches that are obeyed about as often as guidance everywhere with some smaller w, the one that gains most in realism.
 * Null where none gains more than the noises leave open.
 */
export function stretchGain({ sweep, intervals }: RecordedCaptions): string | null {
  const pairs = intervals.flatMap((stretch) =>
    sweep
      .filter(({ guidanceScale, all }) => guidanceScale > 1 && Math.abs(all.mean - stretch.all.mean) <= asOften)
      .filter(({ fd }) => stretch.fd.max < fd.min)
      .map((everywhere) => ({ stretch, everywhere, gain: everywhere.fd.mean - stretch.fd.mean })),
  );
  const [best] = pairs
    .filter(({ stretch, everywhere }) => everywhere.guidanceScale < stretch.guidanceScale)
    .sort((a, b) => b.gain - a.gain);
  if (!best) return null;
  const { stretch, everywhere } = best;
  return (
    `With w = ${stretch.guidanceScale} for t in (${stretch.from}, ${stretch.to.toLocaleString('en')}] alone, ${percent(stretch.all.mean)} obey, about as many as with w = ${everywhere.guidanceScale} everywhere ` +
    `(${percent(everywhere.all.mean)}), and they look more real: ${distance(stretch.fd)} against ${distance(everywhere.fd)}.`
  );
}

/** "Measured with w = 3: everywhere, the distance is 22.3 and 70% obey their whole caption; …" Null where nothing was. */
export function stretchWords(recorded: RecordedCaptions): string | null {
  const lines = stretchLines(recorded);
  const scale = lines.at(-1)?.guidanceScale;
  if (scale === undefined) return null;
  const parts = lines
    .filter(({ guidanceScale, where }) => guidanceScale === scale || where === 'nowhere')
    .map(({ where, row }) => `${where}, ${distance(row.fd)} and ${percent(row.all.mean)}`);
  return `Measured with w = ${scale}, the Fréchet distance and the share of whole captions that are obeyed: ${parts.join('; ')}.`;
}

export interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly dashed?: boolean;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** The colours of several things side by side, none of them a quantity's. */
const measureLooks: Readonly<
  Partial<Record<ObedienceMeasure, { readonly name: string; readonly colour: string; readonly dashed?: boolean }>>
> = {
  class: { name: 'digit', colour: 'var(--expert-2)' },
  slant: { name: 'slant', colour: 'var(--expert-4)' },
  thickness: { name: 'thickness', colour: 'var(--expert-1)' },
  width: { name: 'width', colour: 'var(--expert-3)' },
  all: { name: 'all four', colour: 'var(--ink)' },
  fd: { name: 'Fréchet distance', colour: 'var(--expert-2)' },
  variety: { name: 'variety', colour: 'var(--expert-3)', dashed: true },
};

/** One line a measure, from the smallest x on. */
export function curvesOf<Row extends Readonly<Record<ObedienceMeasure, SeedSpread>>>(
  rows: readonly Row[],
  measures: readonly ObedienceMeasure[],
  xOf: (row: Row) => number,
): readonly Curve[] {
  const sorted = rows.toSorted((a, b) => xOf(a) - xOf(b));
  return measures.map((measure) => ({
    name: measure,
    colour: 'var(--ink)',
    ...measureLooks[measure],
    points: sorted.map((row) => ({ x: xOf(row), y: row[measure].mean })),
  }));
}

/** The checkpoints at one guidance, as a sentence; null of fewer than two. */
export function readingWords({ checkpoints }: RecordedCaptions, guidanceScale: number): string | null {
  const rows = checkpoints.filter((row) => row.guidanceScale === guidanceScale).toSorted((a, b) => a.steps - b.steps);
  if (rows.length < 2) return null;
  const along = (measure: ObedienceMeasure): string => rows.map((row) => percent(row[measure].mean)).join(', ');
  const steps = rows.map((row) => row.steps.toLocaleString('en')).join(', ');
  return `After ${steps} steps: the digit is as asked in ${along('class')} of the pictures, and all four things in ${along('all')}.`;
}

/** Which words are understood first, if the earliest checkpoint tells; empty otherwise. */
export function earlyWords({ checkpoints }: RecordedCaptions): string {
  const first = checkpoints.toSorted((a, b) => a.steps - b.steps)[0];
  if (!first || first.class.mean >= Math.min(first.slant.mean, first.thickness.mean)) return '';
  return (
    `Not all words are alike in this. After ${first.steps.toLocaleString('en')} steps ${percent(first.slant.mean)} of the pictures lean as asked and ` +
    `${percent(first.thickness.mean)} are as thick as asked, where a third would be by chance; the digit is right in ${percent(first.class.mean)}, where a tenth would be.`
  );
}

export function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

function distance({ mean }: SeedSpread): string {
  return mean.toFixed(1);
}

/** "21.4 (20.8–22.1)": the mean, and the range over the seeds of the noise. */
export function spread({ min, mean, max }: SeedSpread, digits: number): string {
  return max > min ? `${mean.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})` : mean.toFixed(digits);
}
