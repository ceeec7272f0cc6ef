/** What was recorded of the shared space, in words: how well captions and pictures find each other, and how far apart the two clouds lie. */
import type { EmbeddingRow, RecordedUnclip } from '$lib/data/recordedUnclip';

/** At the last step measured; undefined of no measurements. */
export function lastEmbedding(recorded: RecordedUnclip): EmbeddingRow | undefined {
  return recorded.embedding.byStep.at(-1);
}

/** The last step that was measured up to this one; the first of all, before it. */
export function embeddingAt(recorded: RecordedUnclip, step: number): EmbeddingRow | undefined {
  const { byStep } = recorded.embedding;
  return byStep.findLast((row) => row.step <= step) ?? byStep[0];
}

/** "98.3%" */
function shareWords(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

export function zeroShotWords(row: EmbeddingRow, { embedding }: RecordedUnclip): string {
  return (
    `After ${row.step.toLocaleString('en')} steps: ${shareWords(row.zeroShot)} of ${embedding.testDigits.toLocaleString('en')} test digits lie nearest ` +
    `to their own class’s caption, and ${shareWords(row.rightPicture)} of full captions lie nearest to their own picture among ${embedding.among}.`
  );
}

/** How the clouds moved while the embedding learned; nothing, where one step alone was measured. */
export function driftWords({ embedding: { byStep } }: RecordedUnclip): string {
  const [first, last] = [byStep[0], byStep.at(-1)];
  if (!first || !last || first === last) return '';
  const nearest = byStep.reduce((best, row) => (row.gap > best.gap ? row : best), first);
  const told = (row: EmbeddingRow): string => `${angleWords(row.gap)} at step ${row.step.toLocaleString('en')}`;
  if (nearest === first) return `While the embedding learned, the clouds drew apart: ${told(first)}, ${told(last)}.`;
  if (nearest === last)
    return `While the embedding learned, the clouds came nearer to each other: ${told(first)}, ${told(last)}.`;
  return `While the embedding learned, the clouds first came nearer, and then drew apart again: ${told(first)}, ${told(nearest)}, ${told(last)}.`;
}

const degreesPerRadian = 180 / Math.PI;

/** "60°": the angle whose cosine this is. */
export function angleWords(cosine: number): string {
  return `${Math.round(degreesPerRadian * Math.acos(Math.min(1, Math.max(-1, cosine))))}°`;
}
