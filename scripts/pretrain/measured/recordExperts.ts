/** Measures what lesson 6 shows, and writes what is measured by now at every step of the way. */
import type { RecordedExperts } from '../../../src/data/recordedExperts';
import { createMeasure } from '../../quality/measure';
import { fourDigits } from '../../samplers/rows';
import { firstOf, testDigits } from '../realDigits';
import { expertJobs, expertSettings, type DrawnExpertRow, type ExpertJobs, type HeldOut } from './expertJobs';
import { openJobRows } from './jobs';
import { openNetworks } from './networks';
import { floorOf, head, noiseSeeds, pictures, recordsOf, type RecordingOptions } from './recording';

const heldOutDigits = 1000;

export async function recordExperts(options: RecordingOptions): Promise<void> {
  const { store, trainingSeeds, command, write } = options;
  const networks = openNetworks();
  const measure = createMeasure();
  const floor = await floorOf(measure, options);
  const heldOut = firstOf(await testDigits(store), heldOutDigits);
  const jobs: readonly ExpertJobs[] = noiseSeeds.flatMap((noiseSeed) =>
    trainingSeeds.map((trainingSeed) => expertJobs({ networks, measure, heldOut, n: pictures, trainingSeed, noiseSeed })),
  );
  const rows = {
    drawn: openJobRows<DrawnExpertRow>('experts-rows'),
    heldOut: openJobRows<HeldOut>('experts-heldOut'),
    arrangements: openJobRows<RecordedExperts['arrangements'][number]>('experts-arrangements'),
    borders: openJobRows<RecordedExperts['borders'][number]>('experts-borders'),
    averages: openJobRows<RecordedExperts['averages'][number]>('experts-averages'),
  };
  const file = (): RecordedExperts => {
    const held = jobs.flatMap((each) => rows.heldOut.of(each.heldOut));
    return {
      ...head(command),
      ...{ n: pictures, ...expertSettings, floor, models: recordsOf('experts', trainingSeeds) },
      rows: jobs
        .flatMap((each) => rows.drawn.of(each.rows))
        .flatMap((row) => {
          const found = held.find(({ setup, trainingSeed }) => setup === row.setup && trainingSeed === row.trainingSeed);
          return found ? [{ ...row, heldOut: found.heldOut }] : [];
        }),
      lossByTime: held.map(({ setup, trainingSeed, t, x0Mse }) => ({ setup, trainingSeed, t, x0Mse })),
      arrangements: jobs.flatMap((each) => rows.arrangements.of(each.arrangements)),
      borders: jobs.flatMap((each) => rows.borders.of(each.borders)),
      averages: jobs.flatMap((each) => rows.averages.of(each.averages)),
    };
  };
  const save = (): void => write('recorded/experts.json', JSON.stringify(file(), fourDigits));
  if (!options.isMeasuring) save();
  for (const each of options.isMeasuring ? jobs : []) {
    await rows.drawn.take(each.rows, options);
    await rows.heldOut.take(each.heldOut, options);
    save();
    await rows.arrangements.take(each.arrangements, options);
    await rows.borders.take(each.borders, options);
    await rows.averages.take(each.averages, options);
    save();
  }
  measure.dispose();
  networks.dispose();
}
