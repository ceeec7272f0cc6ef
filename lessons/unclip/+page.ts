/** Recorded numbers that the prose and the charts need, fetched while prerendering, so that they stand there without a script. */
import { asset } from '$app/paths';
import { parseRecordedFamily, type RecordedFamily } from '$lib/data/recordedFamily';
import { parseRecordedUnclip, type RecordedUnclip } from '$lib/data/recordedUnclip';
import type { PageLoad } from './$types';

interface Recorded {
  readonly unclip: RecordedUnclip;
  readonly family: RecordedFamily;
}

export const load: PageLoad = async ({ fetch }): Promise<Recorded> => {
  const recorded = async (name: string): Promise<unknown> => (await fetch(asset(`/recorded/${name}.json`))).json();
  const [unclip, family] = await Promise.all([recorded('unclip'), recorded('family')]);
  return { unclip: parseRecordedUnclip(unclip), family: parseRecordedFamily(family) };
};
