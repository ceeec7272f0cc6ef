/** Recorded numbers that the prose and the charts need, fetched while prerendering, so that they stand there without a script. */
import { asset } from '$app/paths';
import { parseBaselines, type RecordedBaselines } from '$lib/data/baselines';
import { parseRecordedCaptions, type RecordedCaptions } from '$lib/data/recordedCaptions';
import { parseRecordedFamily, type RecordedFamily } from '$lib/data/recordedFamily';
import { parseRecordedTrainings, type RecordedTrainings } from '$lib/data/recordedTrainings';
import type { PageLoad } from './$types';

interface Recorded {
  readonly captions: RecordedCaptions;
  readonly baselines: RecordedBaselines;
  readonly family: RecordedFamily;
  readonly trainings: RecordedTrainings;
}

export const load: PageLoad = async ({ fetch }): Promise<Recorded> => {
  const recorded = async (name: string): Promise<unknown> => (await fetch(asset(`/recorded/${name}.json`))).json();
  const names = ['captions', 'baselines', 'family', 'trainings'];
  const [captions, baselines, family, trainings] = await Promise.all(names.map(recorded));
  return {
    captions: parseRecordedCaptions(captions),
    baselines: parseBaselines(baselines),
    family: parseRecordedFamily(family),
    trainings: parseRecordedTrainings(trainings),
  };
};
