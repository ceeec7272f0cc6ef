/** What several trainings of the two networks agree on. Plain data and sentences. */
import type { RecordedTrainings } from '$lib/data/recordedTrainings';
import { captionSteps } from '$lib/training/captionRecipes';
import { latentSteps } from '$lib/training/latentRecipes';
import { tally, trainedLines, type TrainedColumn } from '$lib/ui/trainingsTable';
import { duelGuidance } from './costs';

const steps = (count: number): string => `${count.toLocaleString('en')} steps`;

export const trainingColumns: readonly TrainedColumn[] = [
  { title: `latent, ${steps(latentSteps)}`, way: 'latent', guidanceScale: duelGuidance },
  { title: `pixels, ${steps(captionSteps)}`, way: 'pixels', guidanceScale: duelGuidance },
];

/** "Of 3 trainings, the latent network is nearer to real digits in 0, …" */
export function trainingWords({ rows }: RecordedTrainings): string {
  const lines = trainedLines(rows, trainingColumns);
  const [far, obedient] = [tally(lines, 0, 1, 'fd'), tally(lines, 0, 1, 'all')];
  return (
    `Of ${lines.length} trainings, nearer to real digits is the latent network in ${far.second}, the one of pixels in ${far.first}, and neither for sure in ${far.open}; ` +
    `more obedient is the latent one in ${obedient.first}, the one of pixels in ${obedient.second}, and neither for sure in ${obedient.open}.`
  );
}
