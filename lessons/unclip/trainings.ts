/** What several trainings of the decoder agree on. Plain data and sentences. */
import type { RecordedTrainings } from '$lib/data/recordedTrainings';
import { tally, trainedLines, type TrainedColumn } from '$lib/ui/trainingsTable';

const scales = [1, 2] as const;

/** For each guidance of the decoder: with the prior, and without. */
export const trainingColumns: readonly TrainedColumn[] = scales.flatMap((guidanceScale) => [
  { title: `prior, w = ${guidanceScale}`, way: 'decoder', guidanceScale },
  { title: `skipped, w = ${guidanceScale}`, way: 'decoder-alone', guidanceScale },
]);

/** "Of 3 trainings of the decoder, at w = 1 skipping the prior cost realism in 3 and obedience in 0; …" */
export function trainingWords({ rows }: RecordedTrainings): string {
  const lines = trainedLines(rows, trainingColumns);
  const parts = scales.map((scale, i) => {
    const [withPrior, skipped] = [2 * i, 2 * i + 1];
    const lessReal = tally(lines, withPrior, skipped, 'fd').second;
    const { first: lessObedient, second: moreObedient } = tally(lines, withPrior, skipped, 'all');
    const gained = moreObedient > 0 ? `, and brought some in ${moreObedient}` : '';
    return `at w = ${scale} skipping the prior cost realism in ${lessReal} and obedience in ${lessObedient}${gained}`;
  });
  return `Of ${lines.length} trainings of the decoder, ${parts.join('; ')}; counted only where no two noises disagree.`;
}
