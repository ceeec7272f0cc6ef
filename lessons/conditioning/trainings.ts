/** What several trainings of the network that reads agree on. Plain data and sentences. */
import type { RecordedTrainings } from '$lib/data/recordedTrainings';
import { rangeWords, trainedLines, type TrainedColumn } from '$lib/ui/trainingsTable';
import { percent } from './numberWords';

const guidanceScale = 2;

export const trainingColumns: readonly TrainedColumn[] = [{ title: `w = ${guidanceScale}`, way: 'pixels', guidanceScale }];

/** "From 3 trainings, means over 3 noises: a Fréchet distance of 17.9 to 20.5, …" */
export function trainingWords({ rows, noiseSeeds }: RecordedTrainings): string {
  const lines = trainedLines(rows, trainingColumns);
  const distances = rangeWords(lines, 0, 'fd', (value) => value.toFixed(1));
  return (
    `From ${lines.length} trainings, means over ${noiseSeeds} noises: a Fréchet distance of ${distances}, ` +
    `and all four things as asked in ${rangeWords(lines, 0, 'all', percent)}.`
  );
}
