/** Measures what lesson 5 shows, and writes what is measured by now at every step of the way. */
import type { CheckpointRow, IntervalRow, RecordedCaptions, SweepRow, TimeRow } from '../../../src/data/recordedCaptions';
import { captionSteps } from '../../../src/training/captionRecipes';
import { createMeasure } from '../../quality/measure';
import { fourDigits } from '../../samplers/rows';
import { captionJobs, captionSettings, usualScale } from './captionJobs';
import { openJobRows } from './jobs';
import { openNetworks } from './networks';
import { createObedience, obedienceSeeds } from './obedience';
import { head, recordsOf, type RecordingOptions } from './recording';

export async function recordCaptions(options: RecordingOptions): Promise<void> {
  const { store, trainingSeeds, command, write } = options;
  const networks = openNetworks();
  const meter = createObedience(store);
  const measure = createMeasure();
  const jobs = captionJobs({ networks, meter, measure });
  const real = await meter.real();
  const rows = {
    sweep: openJobRows<SweepRow>('captions-sweep'),
    checkpoints: openJobRows<CheckpointRow>('captions-checkpoints'),
    intervals: openJobRows<IntervalRow>('captions-intervals'),
    time: openJobRows<TimeRow>('captions-time'),
  };
  const file = (): RecordedCaptions => {
    const sweep = rows.sweep.of(jobs.sweep).toSorted((a, b) => a.guidanceScale - b.guidanceScale);
    // The last checkpoint is in the sweep already.
    const last = sweep.flatMap((row) => (row.guidanceScale === usualScale ? [{ steps: captionSteps, ...row }] : []));
    return {
      ...head(command),
      ...{ n: meter.prompts.length, noiseSeeds: obedienceSeeds.length, ...captionSettings },
      ...{ real, sweep },
      checkpoints: [...rows.checkpoints.of(jobs.checkpoints), ...last],
      intervals: rows.intervals.of(jobs.intervals),
      time: rows.time.of(jobs.time),
      models: recordsOf('captions', trainingSeeds),
    };
  };
  const save = (): void => write('recorded/captions.json', JSON.stringify(file(), fourDigits));
  if (options.isMeasuring) {
    for (const job of jobs.sweep) {
      await rows.sweep.take([job], options);
      save();
    }
    await rows.checkpoints.take(jobs.checkpoints, options);
    save();
    await rows.intervals.take(jobs.intervals, options);
    save();
    await rows.time.take(jobs.time, options);
  }
  save();
  measure.dispose();
  meter.dispose();
  networks.dispose();
}
