/** Recorded numbers that the prose and the charts need, fetched while prerendering, so that they stand there without a script. */
import { asset } from '$app/paths';
import { parseBaselines, type RecordedBaselines } from '$lib/data/baselines';
import { parseRecordedProfile, type RecordedProfile } from '$lib/data/recordedProfile';
import { parseRecordedQualities, type RecordedQualities } from '$lib/data/recordedQuality';
import type { PageLoad } from './$types';

interface Recorded {
  readonly baselines: RecordedBaselines;
  readonly qualities: RecordedQualities;
  readonly machine: RecordedProfile;
}

export const load: PageLoad = async ({ fetch }): Promise<Recorded> => {
  const [baselines, qualities, machine] = await Promise.all(
    ['baselines', 'quality', 'machine'].map(async (name): Promise<unknown> =>
      (await fetch(asset(`/recorded/${name}.json`))).json(),
    ),
  );
  return {
    baselines: parseBaselines(baselines),
    qualities: parseRecordedQualities(qualities),
    machine: parseRecordedProfile(machine),
  };
};
