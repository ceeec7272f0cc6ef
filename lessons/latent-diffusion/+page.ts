/** Recorded numbers that the prose and the charts need, fetched while prerendering, so that they stand there without a script. */
import { asset } from '$app/paths';
import { parseRecordedLatent, type RecordedLatent } from '$lib/data/recordedLatent';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch }): Promise<{ readonly latent: RecordedLatent }> => {
  const recorded: unknown = await (await fetch(asset('/recorded/latent.json'))).json();
  return { latent: parseRecordedLatent(recorded) };
};
