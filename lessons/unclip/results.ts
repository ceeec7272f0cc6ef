/** What was recorded of the chain with the prior and without it: rows looked up, compared by their spread over sampling seeds, and said in words. */
import type { ObedienceMeasure, SeedSpread } from '$lib/data/recordedObedience';
import type { Given, RecordedUnclip, UnclipRow } from '$lib/data/recordedUnclip';

/** The guidance of the prior in all that compares it with none, where it was measured. */
export const comparedPriorScale = 2;
/** Of the decoder, in the sentence that answers the question. */
const comparedScale = 2;
/** Which is no guidance. */
const unguidedScale = 1;

export interface Arrangement {
  readonly given: Given;
  readonly priorScale: number | null;
  readonly decoderSteps: number;
  readonly guidanceScale: number;
}

export function rowFor(recorded: RecordedUnclip, wanted: Arrangement): UnclipRow | null {
  return (
    recorded.rows.find(
      (row) =>
        row.given === wanted.given &&
        row.priorScale === wanted.priorScale &&
        row.decoderSteps === wanted.decoderSteps &&
        row.guidanceScale === wanted.guidanceScale,
    ) ?? null
  );
}

const distinct = (values: readonly number[]): readonly number[] => [...new Set(values)].sort((a, b) => a - b);

export function stepsMeasured(recorded: RecordedUnclip): readonly number[] {
  return distinct(recorded.rows.filter(({ given }) => given === 'caption').map((row) => row.decoderSteps));
}

export function scalesMeasured(recorded: RecordedUnclip): readonly number[] {
  return distinct(recorded.rows.filter(({ given }) => given === 'caption').map((row) => row.guidanceScale));
}

/** The prior's guidances that were measured with this decoder. */
export function priorScalesMeasured(recorded: RecordedUnclip, decoderSteps: number): readonly number[] {
  return distinct(
    recorded.rows.flatMap((row) => (row.decoderSteps === decoderSteps && row.priorScale !== null ? [row.priorScale] : [])),
  );
}

/** One decoder drawing in both ways; a row is null where it was not measured. */
export interface Pair {
  readonly decoderSteps: number;
  readonly guidanceScale: number;
  readonly prior: UnclipRow | null;
  readonly caption: UnclipRow | null;
}

export function pairsOf(recorded: RecordedUnclip, guidanceScale: number): readonly Pair[] {
  return stepsMeasured(recorded).map((decoderSteps) => pairFor(recorded, decoderSteps, guidanceScale));
}

export function pairFor(recorded: RecordedUnclip, decoderSteps: number, guidanceScale: number): Pair {
  const common = { decoderSteps, guidanceScale };
  return {
    ...common,
    prior: rowFor(recorded, { ...common, given: 'prior', priorScale: comparedPriorScale }),
    caption: rowFor(recorded, { ...common, given: 'caption', priorScale: null }),
  };
}

/** Whether a measure rises, falls or does neither when the prior is skipped: it does, where no sampling seed of one way reaches any of the other. */
export type Change = 'more' | 'less' | 'level';

export function changeOf({ prior, caption }: Pair, measure: ObedienceMeasure): Change | null {
  if (!prior || !caption) return null;
  if (caption[measure].min > prior[measure].max) return 'more';
  if (caption[measure].max < prior[measure].min) return 'less';
  return 'level';
}

export const skipOptions = [
  'they obey less often, and look less real',
  'they obey less often, but look as real',
  'they obey as often or more, but look less real',
  'they obey as often or more, and look as real',
] as const;

/** What comes of skipping the prior with one decoder, among the options of the question; null where it was not measured. */
export function skipAnswer(pair: Pair): (typeof skipOptions)[number] | null {
  const [obeys, distance] = [changeOf(pair, 'all'), changeOf(pair, 'fd')];
  if (obeys === null || distance === null) return null;
  const isLessReal = distance === 'more';
  if (obeys === 'less') return isLessReal ? skipOptions[0] : skipOptions[1];
  return isLessReal ? skipOptions[2] : skipOptions[3];
}

/** The same with the numbers that it rests on. */
export function skipTruth(pair: Pair): string | null {
  const [answer, { prior, caption }] = [skipAnswer(pair), pair];
  if (answer === null || !prior || !caption) return null;
  const percent = (share: number): string => `${Math.round(100 * share)}%`;
  const distances = `Fréchet distance ${prior.fd.mean.toFixed(1)} → ${caption.fd.mean.toFixed(1)}`;
  return `${answer} (${distances}, all four right ${percent(prior.all.mean)} → ${percent(caption.all.mean)})`;
}

/** What the prior bought each decoder, in distance: “52.0 without it and 37.0 with it after 250 steps, …”. Null where no two decoders were measured. */
export function boughtWords(recorded: RecordedUnclip): string | null {
  const told = pairsOf(recorded, comparedScale).flatMap(({ prior, caption, decoderSteps }) =>
    prior && caption
      ? [
          `${caption.fd.mean.toFixed(1)} without it and ${prior.fd.mean.toFixed(1)} with it after ${decoderSteps.toLocaleString('en')} steps`,
        ]
      : [],
  );
  return told.length < 2 ? null : `Over the decoder’s training, at w = ${comparedScale}, the distance was ${told.join(', ')}.`;
}

/** What it bought the most trained decoder where nothing guides it. Null where one of the two was not measured. */
export function unguidedWords(recorded: RecordedUnclip): string | null {
  const { prior, caption, decoderSteps } = pairFor(recorded, stepsMeasured(recorded).at(-1) ?? NaN, unguidedScale);
  if (!prior || !caption) return null;
  return `And with no guidance of the decoder, after ${decoderSteps.toLocaleString('en')} steps, it is ${caption.fd.mean.toFixed(1)} without it and ${prior.fd.mean.toFixed(1)} with it.`;
}

/** Of the decoder that was trained longest. */
export function bestPair(recorded: RecordedUnclip): Pair {
  return pairFor(recorded, stepsMeasured(recorded).at(-1) ?? NaN, comparedScale);
}

/** "Fréchet distance 24.9 with the prior, 28.7 without; all that was asked in 85% and 87%". */
export function pairWords({ prior, caption, decoderSteps, guidanceScale }: Pair): string | null {
  if (!prior || !caption) return null;
  return (
    `A decoder of ${decoderSteps.toLocaleString('en')} steps, w = ${guidanceScale}: Fréchet distance ${distanceWords(prior.fd)} with the prior, ` +
    `${distanceWords(caption.fd)} without; all four right in ${percentWords(prior.all)} of the pictures with it, ${percentWords(caption.all)} without.`
  );
}

/** "24.9 (24.1–25.6)" */
export function distanceWords({ min, mean, max }: SeedSpread): string {
  return spreadWords(mean.toFixed(1), min.toFixed(1), max.toFixed(1));
}

/** "85% (84–86)" */
export function percentWords({ min, mean, max }: SeedSpread): string {
  const percent = (share: number): string => String(Math.round(100 * share));
  return spreadWords(`${percent(mean)}%`, percent(min), percent(max));
}

function spreadWords(mean: string, min: string, max: string): string {
  return min === max ? mean : `${mean} (${min}–${max})`;
}

const changes: Readonly<Record<Change, { readonly fd: string; readonly all: string }>> = {
  more: { fd: 'further from real digits', all: 'obeying more often' },
  less: { fd: 'nearer to real digits', all: 'obeying less often' },
  level: { fd: 'about as far from real digits', all: 'obeying about as often' },
};

/** "Without the prior, further from real digits, and obeying about as often." */
export function verdictWords(pair: Pair): string | null {
  const [distance, obeys] = [changeOf(pair, 'fd'), changeOf(pair, 'all')];
  if (distance === null || obeys === null) return null;
  return `Without the prior the pictures lie ${changes[distance].fd}, ${changes[obeys].all}, as far as the sampling seeds tell.`;
}

/** What the rows came to at every decoder and w: in how many pairs skipping the prior cost realism, and in how many obedience. */
export function tallyOfPairs(recorded: RecordedUnclip): {
  readonly pairs: number;
  readonly lessReal: number;
  readonly lessObedient: number;
} {
  const pairs = scalesMeasured(recorded)
    .flatMap((scale) => pairsOf(recorded, scale))
    .filter(({ prior, caption }) => prior && caption);
  return {
    pairs: pairs.length,
    lessReal: pairs.filter((pair) => changeOf(pair, 'fd') === 'more').length,
    lessObedient: pairs.filter((pair) => changeOf(pair, 'all') === 'less').length,
  };
}

export function tallyWords(recorded: RecordedUnclip): string {
  const { pairs, lessReal, lessObedient } = tallyOfPairs(recorded);
  return (
    `Skipping the prior took the pictures further from real digits in ${lessReal} of the ${pairs} comparisons measured (every decoder, every w), ` +
    `and made them obey less often in ${lessObedient}; counted only where no two sampling seeds disagree.`
  );
}
