/** How many numbers a digit needs, from recorded measurements: rate against distortion, and the answer to the first question in words. */
import type { AutoencoderRow, BaselineRow, Fidelity, RecordedLatent } from '$lib/data/recordedLatent';
import { percentWords } from '../upsampling/units';

/** Autoencoders that differ in the size of their latent, the smallest first; of the second choices where a first was not measured. */
const bySize = [['ae-point'], ['ae-1'], ['ae-2@500', 'ae-2'], ['ae-4']] as const;

export function sizesOf({ autoencoders }: RecordedLatent): readonly AutoencoderRow[] {
  return bySize
    .flatMap((names) => names.flatMap((name) => autoencoders.find((row) => row.name === name) ?? []).slice(0, 1))
    .toSorted((a, b) => a.numbers - b.numbers);
}

/** Digits count as recognisable while the judge sees in so many of them what it saw before. */
export const recognisable = 0.98;

/** What the reader may guess, of 784. */
export const guesses: readonly number[] = [1, 2, 5, 10, 25, 49, 98, 196, 392, 784];

/** The smallest latent that keeps digits recognisable; null where none does, or nothing was measured. */
export function fewestNumbers(recorded: RecordedLatent): AutoencoderRow | null {
  return sizesOf(recorded).find(({ agreement }) => agreement >= recognisable) ?? null;
}

/** "49 are enough: 98.6% stay what they were". */
export function answerWords(recorded: RecordedLatent): string | null {
  const sizes = sizesOf(recorded);
  const fewest = fewestNumbers(recorded);
  if (!fewest) return null;
  const smaller = sizes.filter(({ numbers }) => numbers < fewest.numbers).at(-1);
  const before = smaller ? `; with ${smaller.numbers} it is ${percentWords(smaller.agreement)}` : '';
  return `${fewest.numbers} of 784 keep ${percentWords(fewest.agreement)}${before}`;
}

/** What is left with so many numbers, in a sentence or two. */
export function sizeWords(row: Fidelity): string {
  return `${row.numbers} numbers, ${timesLess(row.numbers)} fewer than pixels: the judge sees the same digit in ${percentWords(row.agreement)} of the pictures, and the mean squared error of a pixel is ${errorWords(row.mse)}. The slant stays in its third for ${percentWords(row.slant, 0)}, the thickness for ${percentWords(row.thickness, 0)}, the width for ${percentWords(row.width, 0)}.`;
}

/** "8 times". */
export function timesLess(numbers: number): string {
  const times = 784 / numbers;
  return `${Number(times.toPrecision(times < 10 ? 2 : 3)).toLocaleString('en')} times`;
}

/** "0.011". */
export function errorWords(mse: number): string {
  return Number(mse.toPrecision(2)).toString();
}

const baselineNames: Readonly<Record<BaselineRow['kind'], string>> = {
  shrunk: 'fewer pixels',
  linear: 'straight directions (PCA)',
};

export interface RateSeries {
  readonly name: string;
  readonly colour: string;
  readonly dashed?: boolean;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** Of one measure against numbers: the autoencoders, and what else was tried. Empty series are left out. */
export function rateSeries(recorded: RecordedLatent, measure: 'mse' | 'agreement'): readonly RateSeries[] {
  const points = (rows: readonly Fidelity[]): RateSeries['points'] =>
    rows.map((row) => ({ x: row.numbers, y: row[measure] })).toSorted((a, b) => a.x - b.x);
  const others = (['linear', 'shrunk'] as const).map((kind, i): RateSeries => ({
    name: baselineNames[kind],
    colour: `var(--expert-${i + 1})`,
    dashed: true,
    points: points(recorded.baselines.filter((row) => row.kind === kind)),
  }));
  const autoencoders: RateSeries = { name: 'autoencoder', colour: 'var(--x0)', points: points(sizesOf(recorded)) };
  return [autoencoders, ...others].filter((series) => series.points.length > 0);
}

/** Beside the autoencoder of the same numbers, or nearly; empty where there is none to compare with. */
export function baselineWords(recorded: RecordedLatent): string {
  const said = recorded.baselines.flatMap((row) => {
    const twin = sizesOf(recorded).find(({ numbers }) => numbers === row.numbers);
    return twin
      ? [
          `With ${row.numbers} numbers, ${row.kind === 'shrunk' ? 'pixels averaged in squares and enlarged again' : 'straight directions'} keep ${percentWords(row.agreement)}, the autoencoder ${percentWords(twin.agreement)}`,
        ]
      : [];
  });
  return said.length > 0 ? `${said.join('. ')}.` : '';
}

/** "500 steps each", or who had how many. */
export function stepsWords(rows: readonly AutoencoderRow[]): string {
  const all = [...new Set(rows.map(({ steps }) => steps))].sort((a, b) => a - b);
  const [usual] = all.toSorted(
    (a, b) => rows.filter((row) => row.steps === b).length - rows.filter((row) => row.steps === a).length,
  );
  if (usual === undefined) return '';
  const others = rows.filter(({ steps }) => steps !== usual);
  const exceptions = others.map(({ numbers, steps }) => `${steps.toLocaleString('en')} with ${numbers} numbers`);
  return `${usual.toLocaleString('en')} steps of training${exceptions.length > 0 ? ` (${exceptions.join(', ')})` : ''}`;
}

/** Nats to bits. */
const bitsPerNat = 1 / Math.LN2;

/** "410 bits": what the latent of a picture tells, on average, beyond a standard normal. */
export function bitWords({ kl }: AutoencoderRow): string {
  return `${Math.round(kl * bitsPerNat).toLocaleString('en')} bits`;
}
