/** Recorded numbers that the prose and the charts need, fetched while prerendering, so that they stand there without a script. */
import { asset } from '$app/paths';
import { parseBaselines, type RecordedBaselines } from '$lib/data/baselines';
import { parseRecordedCaptions, type RecordedCaptions } from '$lib/data/recordedCaptions';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({
  fetch,
}): Promise<{ readonly captions: RecordedCaptions; readonly baselines: RecordedBaselines }> => {
  const recorded = async (name: string): Promise<unknown> => (await fetch(asset(`/recorded/${name}.json`))).json();
  const [captions, baselines] = await Promise.all([recorded('captions'), recorded('baselines')]);
  return { captions: parseRecordedCaptions(captions), baselines: parseBaselines(baselines) };
};
