/** Recorded numbers that the prose and the charts need, fetched while prerendering, so that they stand there without a script. */
import { asset } from '$app/paths';
import { parseRecordedFamily, type RecordedFamily } from '$lib/data/recordedFamily';
import { parseRecordedLatent, type RecordedLatent } from '$lib/data/recordedLatent';
import type { PageLoad } from './$types';

interface Recorded {
  readonly latent: RecordedLatent;
  readonly family: RecordedFamily;
}

export const load: PageLoad = async ({ fetch }): Promise<Recorded> => {
  const recorded = async (name: string): Promise<unknown> => (await fetch(asset(`/recorded/${name}.json`))).json();
  return { latent: parseRecordedLatent(await recorded('latent')), family: parseRecordedFamily(await recorded('family')) };
};
