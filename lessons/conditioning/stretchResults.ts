/** What was measured of guidance in a stretch of the schedule, as the page says it. Plain data. */
import type { RecordedCaptions, SweepRow } from '$lib/data/recordedCaptions';
import { distance, percent } from './numberWords';

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
