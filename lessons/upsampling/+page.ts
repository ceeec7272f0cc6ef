/** Recorded numbers that the prose and the charts need, fetched while prerendering, so that they stand there without a script. */
import { asset } from '$app/paths';
import { parseRecordedCascade, type RecordedCascade } from '$lib/data/recordedCascade';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch }): Promise<{ readonly cascade: RecordedCascade }> => {
  const recorded: unknown = await (await fetch(asset('/recorded/cascade.json'))).json();
  return { cascade: parseRecordedCascade(recorded) };
};
