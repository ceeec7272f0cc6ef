/** Measures what lesson 7 shows, and writes what is measured by now at every step of the way. */
import type { RecordedCascade } from '../../../src/data/recordedCascade';
import { createMeasure } from '../../quality/measure';
import { fourDigits } from '../../samplers/rows';
import { cascadeJobs, type CascadeJobs } from './cascadeJobs';
import { settings } from './cascadeWalks';
import { openJobRows } from './jobs';
import { openNetworks } from './networks';
import { floorOf, head, noiseSeeds, pictures, recordsOf, type RecordingOptions } from './recording';

export async function recordCascade(options: RecordingOptions): Promise<void> {
  const { store, count, trainingSeeds, command, write } = options;
  const networks = openNetworks();
  const measure = createMeasure();
  const floor = await floorOf(measure, options);
  const jobs: readonly CascadeJobs[] = noiseSeeds.flatMap((noiseSeed) =>
    trainingSeeds.map((trainingSeed) => cascadeJobs({ networks, measure, store, count, n: pictures, trainingSeed, noiseSeed })),
  );
  const rows = {
    flip: openJobRows<RecordedCascade['flip'][number]>('cascade-flip'),
    real: openJobRows<RecordedCascade['real'][number]>('cascade-real'),
    levels: openJobRows<RecordedCascade['levels'][number]>('cascade-levels'),
    lanes: openJobRows<RecordedCascade['lanes'][number]>('cascade-lanes'),
  };
  const file = (): RecordedCascade => ({
    ...head(command),
    ...{ n: pictures, floor, models: recordsOf('cascade', trainingSeeds), settings },
    flip: jobs.flatMap(({ flip }) => rows.flip.of(flip)),
    real: jobs.flatMap(({ real }) => rows.real.of(real)),
    levels: jobs.flatMap(({ levels }) => rows.levels.of(levels)),
    lanes: jobs.flatMap(({ lanes, longLanes }) => rows.lanes.of([...lanes, ...longLanes])),
  });
  const save = (): void => write('recorded/cascade.json', JSON.stringify(file(), fourDigits));
  if (!options.isMeasuring) save();
  for (const { flip, real, levels, lanes, longLanes } of options.isMeasuring ? jobs : []) {
    await rows.flip.take(flip, options);
    save();
    await rows.lanes.take(lanes, options);
    await rows.real.take(real, options);
    save();
    await rows.levels.take(levels, options);
    save();
    await rows.lanes.take(longLanes, options);
    save();
  }
  measure.dispose();
  networks.dispose();
}
