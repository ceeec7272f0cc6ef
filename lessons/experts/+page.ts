/** Recorded numbers that the prose and the charts need, fetched while prerendering, so that they stand there without a script. */
import { asset } from '$app/paths';
import { parseRecordedExperts, type RecordedExperts } from '$lib/data/recordedExperts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch }): Promise<{ readonly experts: RecordedExperts }> => {
  const recorded: unknown = await (await fetch(asset('/recorded/experts.json'))).json();
  return { experts: parseRecordedExperts(recorded) };
};
