/** Recorded numbers that the prose and the charts need, fetched while prerendering, so that they stand there without a script. */
import { asset } from '$app/paths';
import { parseBaselines, type RecordedBaselines } from '$lib/data/baselines';
import { parseRecordedQualities, type RecordedQualities } from '$lib/data/recordedQuality';
import { parseRecordedSeeds, type RecordedSeeds } from '$lib/data/recordedSeeds';
import type { PageLoad } from './$types';

interface Recorded {
  readonly baselines: RecordedBaselines;
  readonly qualities: RecordedQualities;
  readonly seeds: RecordedSeeds;
}

export const load: PageLoad = async ({ fetch }): Promise<Recorded> => {
  const [baselines, qualities, seeds] = await Promise.all(
    ['baselines', 'quality', 'seeds'].map(async (name): Promise<unknown> =>
      (await fetch(asset(`/recorded/${name}.json`))).json(),
    ),
  );
  return {
    baselines: parseBaselines(baselines),
    qualities: parseRecordedQualities(qualities),
    seeds: parseRecordedSeeds(seeds),
  };
};
