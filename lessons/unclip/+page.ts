/** Recorded numbers that the prose and the charts need, fetched while prerendering, so that they stand there without a script. */
import { asset } from '$app/paths';
import { parseRecordedUnclip, type RecordedUnclip } from '$lib/data/recordedUnclip';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch }): Promise<{ readonly unclip: RecordedUnclip }> => {
  const recorded: unknown = await (await fetch(asset('/recorded/unclip.json'))).json();
  return { unclip: parseRecordedUnclip(recorded) };
};
