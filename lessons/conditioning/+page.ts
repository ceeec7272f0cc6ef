/** Recorded numbers that the prose and the charts need, fetched while prerendering, so that they stand there without a script. */
import { asset } from '$app/paths';
import { parseRecordedCaptions, type RecordedCaptions } from '$lib/data/recordedCaptions';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch }): Promise<{ readonly captions: RecordedCaptions | null }> => {
  const answer = await fetch(asset('/recorded/captions.json'));
  return { captions: answer.ok ? parseRecordedCaptions(await answer.json()) : null };
};
