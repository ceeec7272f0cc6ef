/** What was measured along the training of the network that reads, as the page says it. Plain data. */
import type { RecordedCaptions } from '$lib/data/recordedCaptions';
import type { ObedienceMeasure } from '$lib/data/recordedObedience';
import { percent } from './numberWords';

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
