/** Latent and pixels beside each other: what each cost to train and costs to draw, and who is ahead at equal cost. Plain data and sentences. */
import type { QualityRow, RecordedLatent } from '$lib/data/recordedLatent';
import type { SeedSpread } from '$lib/data/recordedObedience';
import { percentWords } from '../upsampling/units';
import { flopsWords, timeWords } from '../upsampling/words';

/** At which the question is answered: captions want more than classes. */
export const duelGuidance = 2;

/** Whether the autoencoder is paid for, or was there already. */
export type Billing = 'all' | 'denoiser';

export interface CostLine {
  readonly row: QualityRow;
  /** Why it stands in the table. */
  readonly role: 'latent' | 'equal' | 'longer';
  /** By the billing. */
  readonly trainingFlops: number;
  readonly seconds: number;
  readonly parameters: number;
  /** Of one picture, the decoder included. */
  readonly flopsPerPicture: number;
}

/** Guidances at which both spaces were measured, or the latent alone where pixels were not; the least first. */
export function costGuidances({ quality }: RecordedLatent): readonly number[] {
  const of = (space: QualityRow['space']): readonly number[] =>
    quality.filter((row) => row.space === space).map(({ guidanceScale }) => guidanceScale);
  const pixels = new Set(of('pixels'));
  return [...new Set(of('latent').filter((scale) => pixels.size === 0 || pixels.has(scale)))].sort((a, b) => a - b);
}

/**
 * The latent network that was trained longest, the one of pixels whose training comes nearest to it, and the one of pixels that was
 * trained longest. Fewer where they are the same, none where nothing was measured.
 */
export function costLines({ quality }: RecordedLatent, guidanceScale: number, billing: Billing): readonly CostLine[] {
  const rows = quality.filter((row) => row.guidanceScale === guidanceScale);
  const bySteps = (space: QualityRow['space']): readonly QualityRow[] =>
    rows.filter((row) => row.space === space).toSorted((a, b) => a.trainingSteps - b.trainingSteps);
  const latent = bySteps('latent').at(-1);
  const pixels = bySteps('pixels');
  if (!latent) return [];
  const cost = billed(latent, billing).trainingFlops;
  const distance = (row: QualityRow): number => Math.abs(Math.log(row.trainingFlops / cost));
  const [equal] = pixels.toSorted((a, b) => distance(a) - distance(b));
  const longest = pixels.at(-1);
  return [
    line(latent, 'latent', billing),
    ...(equal ? [line(equal, 'equal', billing)] : []),
    ...(longest && longest !== equal ? [line(longest, 'longer', billing)] : []),
  ];
}

function line(row: QualityRow, role: CostLine['role'], billing: Billing): CostLine {
  const flopsPerPicture = row.nfe * row.flopsPerEvaluation + row.autoencoder.decodeFlops;
  return { row, role, ...billed(row, billing), parameters: row.parameters + row.autoencoder.parameters, flopsPerPicture };
}

function billed(row: QualityRow, billing: Billing): Pick<CostLine, 'trainingFlops' | 'seconds'> {
  const { autoencoder } = row;
  return billing === 'all'
    ? { trainingFlops: row.trainingFlops + autoencoder.trainingFlops, seconds: row.seconds + autoencoder.seconds }
    : { trainingFlops: row.trainingFlops, seconds: row.seconds };
}

export type Lead = 'latent' | 'pixels' | 'open';

/** By seeds of the noise alone: a lead that another noise may turn is none. @param isLow whether less is better */
export function leadOf(latent: SeedSpread, pixels: SeedSpread, isLow: boolean): Lead {
  if (latent.max < pixels.min) return isLow ? 'latent' : 'pixels';
  if (pixels.max < latent.min) return isLow ? 'pixels' : 'latent';
  return 'open';
}

const leadNames: Readonly<Record<Lead, string>> = {
  latent: 'the latent one',
  pixels: 'the one of pixels',
  open: 'neither for sure',
};

const leadWords: Readonly<Record<Lead, string>> = {
  latent: 'so the latent one is ahead',
  pixels: 'so the one of pixels is ahead',
  open: 'so neither is ahead for sure',
};

/** Beside the reader's guess: who is ahead at equal training, by both measures. Null while it cannot be said. */
export function duelAnswer(recorded: RecordedLatent, guidanceScale: number): string | null {
  const [latent, equal] = costLines(recorded, guidanceScale, 'all');
  if (!latent || equal?.role !== 'equal') return null;
  const [fd, all] = [leadOf(latent.row.fd, equal.row.fd, true), leadOf(latent.row.all, equal.row.all, false)];
  if (fd === 'open' && all === 'open') return leadNames.open;
  return fd === all
    ? `${leadNames[fd]}, by Fréchet distance and by obedience`
    : `${leadNames[fd]} by Fréchet distance, ${leadNames[all]} by obedience`;
}

/** One comparison with its numbers, in sentences. */
export function duelWords(latent: CostLine, pixels: CostLine): string {
  const [fd, all] = [leadOf(latent.row.fd, pixels.row.fd, true), leadOf(latent.row.all, pixels.row.all, false)];
  const cost = `${flopsWords(pixels.trainingFlops)} and ${timeWords(1000 * pixels.seconds)} in pixels, ${flopsWords(latent.trainingFlops)} and ${timeWords(1000 * latent.seconds)} in the latent`;
  const distances = `Fréchet distance ${latent.row.fd.mean.toFixed(1)} in the latent, ${pixels.row.fd.mean.toFixed(1)} in pixels, ${leadWords[fd]}`;
  const shares = `all of the caption right in ${percentWords(latent.row.all.mean, 0)} and ${percentWords(pixels.row.all.mean, 0)}, ${leadWords[all]}`;
  const title = pixels.role === 'equal' ? 'At about equal training' : 'With the network of pixels trained longer';
  return `${title} (${cost}): ${distances}; ${shares}.`;
}

/** How much cheaper a look is, and what it costs first: "An evaluation in the latent takes 26 MFLOP, in pixels 36: …". */
export function lookWords(recorded: RecordedLatent): string {
  const latent = recorded.quality.find(({ space }) => space === 'latent');
  const pixels = recorded.quality.find(({ space }) => space === 'pixels');
  if (!latent || !pixels) return '';
  const { autoencoder } = latent;
  return `An evaluation in the latent takes ${flopsWords(latent.flopsPerEvaluation)}, in pixels ${flopsWords(pixels.flopsPerEvaluation)}. The decoder, once a picture, takes ${flopsWords(autoencoder.decodeFlops)}; training the autoencoder took ${flopsWords(autoencoder.trainingFlops)} before the denoiser's first step.`;
}

/** What is lost before the denoiser begins. */
export function ceilingWords({ real, ceiling }: RecordedLatent): string {
  return `Real digits score ${real.fd.mean.toFixed(1)} and have all four words of their captions right in ${percentWords(real.all.mean, 0)}. The same digits through the autoencoder score ${ceiling.fd.mean.toFixed(1)} and ${percentWords(ceiling.all.mean, 0)}: a denoiser that had learned everything there is to learn could come that far.`;
}

/** "12.4 (11.9–13.3)"; alone where the seeds do not differ. */
export function spreadWords({ min, mean, max }: SeedSpread, digits = 1): string {
  const text = (value: number): string => value.toFixed(digits);
  return text(min) === text(max) ? text(mean) : `${text(mean)} (${text(min)}–${text(max)})`;
}
