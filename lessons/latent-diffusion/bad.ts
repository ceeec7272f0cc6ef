/** Autoencoders that are not good, one for each way of being bad: trained too short, or held too near to noise. */
import type { AutoencoderRow, RecordedLatent } from '$lib/data/recordedLatent';
import type { ShippedAutoencoderName } from '$lib/training/shippedAutoencoders';
import { percentWords } from '../upsampling/units';
import { errorWords } from './rate';

export type Fault = 'steps' | 'beta';

export const goodAutoencoder: ShippedAutoencoderName = 'ae-2';

/** The rows that differ from the good one in this alone, from the worst to the good one or beyond it. */
export function faultRows({ autoencoders }: RecordedLatent, fault: Fault): readonly AutoencoderRow[] {
  const named = (name: string): AutoencoderRow | undefined => autoencoders.find((row) => row.name === name);
  const others = autoencoders.filter(({ name }) =>
    name.startsWith(fault === 'steps' ? `${goodAutoencoder}@` : `${goodAutoencoder}-beta-`),
  );
  // Other leashes were trained for less long than the one that draws: beside them stands its own moment of then.
  const good = (fault === 'beta' ? named(`${goodAutoencoder}@${others[0]?.steps ?? ''}`) : undefined) ?? named(goodAutoencoder);
  if (!good) return [];
  return [...others, good].toSorted((a, b) => (fault === 'steps' ? a.steps - b.steps : b.beta - a.beta));
}

/** What stands at the slider: "after 25 steps", "β = 0.1". */
export function faultName({ steps, beta }: AutoencoderRow, fault: Fault): string {
  return fault === 'steps' ? `${steps.toLocaleString('en')} steps` : `β = ${beta}`;
}

/** What became of the test digits, in a sentence. */
export function faultWords(row: AutoencoderRow, fault: Fault): string {
  const who = fault === 'steps' ? `After ${faultName(row, fault)}` : `With ${faultName(row, fault)}`;
  return `${who}, what comes back differs by ${errorWords(row.mse)} a pixel, squared, and the judge sees another digit in ${percentWords(1 - row.agreement)} of the pictures.`;
}

/** By how much the worst is worse than the good one; empty where only one was measured. */
export function rangeWords(rows: readonly AutoencoderRow[], fault: Fault): string {
  const [worst] = rows.toSorted((a, b) => b.mse - a.mse);
  const [best] = rows.toSorted((a, b) => a.mse - b.mse);
  if (!worst || !best || worst === best) return '';
  return `The worst, ${faultName(worst, fault)}, loses ${percentWords(1 - worst.agreement)} of the digits; the best, ${faultName(best, fault)}, ${percentWords(1 - best.agreement)}.`;
}
