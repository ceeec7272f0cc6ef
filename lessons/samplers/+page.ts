/** Recorded numbers that the prose and the charts need, fetched while prerendering, so that they stand there without a script. */
import { asset } from '$app/paths';
import { parseRecordedSamplers, type RecordedSamplers } from '$lib/data/recordedSamplers';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch }): Promise<{ readonly samplers: RecordedSamplers }> => {
  const recorded: unknown = await (await fetch(asset('/recorded/samplers.json'))).json();
  return { samplers: parseRecordedSamplers(recorded) };
};
