/** What pages say of several trainings, from measurements made up for the purpose. */
import { expect, test } from 'vitest';
import { trainingWords as captionWords } from '../../lessons/conditioning/trainings';
import { trainingWords as latentWords } from '../../lessons/latent-diffusion/trainings';
import { trainingWords as unclipWords } from '../../lessons/unclip/trainings';
import type { RecordedTrainings, TrainedWay, TrainingRow } from '../../src/data/recordedTrainings';
import { rangeWords, tally, trainedLines } from '../../src/ui/trainingsTable';

const about = (mean: number, by: number): { min: number; mean: number; max: number } => ({
  min: mean - by,
  mean,
  max: mean + by,
});
const row = (way: TrainedWay, trainingSeed: number, guidanceScale: number, fd: number, all: number): TrainingRow => {
  const share = about(all, 0.01);
  return {
    ...{ way, trainingSeed, guidanceScale, fd: about(fd, 1), all: share, class: share, slant: share },
    ...{ thickness: share, width: share, midInk: about(0.4, 0), variety: about(17, 0) },
  };
};
const recorded = (rows: readonly TrainingRow[]): RecordedTrainings => ({
  ...{ command: 'a command', date: '2026-01-01', n: 500, noiseSeeds: 3, shippedSeed: 7, rows },
});

const both = [
  ...[row('latent', 8, 2, 20, 0.8), row('pixels', 8, 2, 21, 0.7)],
  ...[row('pixels', 7, 2, 20, 0.7), row('latent', 7, 2, 25, 0.8)],
];
const columns = (['latent', 'pixels'] as const).map((way) => ({ title: way, way, guidanceScale: 2 }));

test('a line is a training of which everything was measured', () => {
  const lines = trainedLines([...both, row('latent', 9, 2, 20, 0.7)], columns);
  expect(lines.map(({ trainingSeed }) => trainingSeed)).toEqual([7, 8]);
  expect(lines.map(({ cells }) => cells.map(({ way }) => way))).toEqual([
    ['latent', 'pixels'],
    ['latent', 'pixels'],
  ]);
});

test('a lead counts where no noise of one reaches any of the other', () => {
  const lines = trainedLines(both, columns);
  expect(tally(lines, 0, 1, 'fd')).toEqual({ first: 1, second: 0, open: 1 });
  expect(tally(lines, 0, 1, 'all')).toEqual({ first: 2, second: 0, open: 0 });
  expect(rangeWords(lines, 0, 'fd', String)).toBe('20 to 25');
  expect(rangeWords([], 0, 'fd', String)).toBe('nothing');
});

test('lesson 5 says how far the trainings lie apart', () => {
  expect(captionWords(recorded(both))).toBe(
    'From 2 trainings, means over 3 noises: a Fréchet distance of 20.0 to 21.0, and all four things as asked in 70% to 70%.',
  );
});

test('lesson 8 says who is ahead in how many', () => {
  expect(latentWords(recorded(both))).toBe(
    'Of 2 trainings, nearer to real digits is the latent network in 0, the one of pixels in 1, and neither for sure in 1; ' +
      'more obedient is the latent one in 2, the one of pixels in 0, and neither for sure in 0.',
  );
});

test('lesson 9 says what skipping the prior cost in how many', () => {
  const decoders = [7, 8].flatMap((seed) => [
    ...[row('decoder', seed, 1, 14, 0.7), row('decoder-alone', seed, 1, 24, 0.7)],
    ...[row('decoder', seed, 2, 20, 0.7), row('decoder-alone', seed, 2, 20, seed === 7 ? 0.8 : 0.6)],
  ]);
  expect(unclipWords(recorded(decoders))).toBe(
    'Of 2 trainings of the decoder, at w = 1 skipping the prior cost realism in 2 and obedience in 0; ' +
      'at w = 2 skipping the prior cost realism in 0 and obedience in 1, and brought some in 1; counted only where no two noises disagree.',
  );
});
