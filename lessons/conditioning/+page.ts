/** Recorded numbers that the prose and the charts need, fetched while prerendering, so that they stand there without a script. */
import { asset } from '$app/paths';
import { parseBaselines, type RecordedBaselines } from '$lib/data/baselines';
import { parseRecordedCaptions, type RecordedCaptions } from '$lib/data/recordedCaptions';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({
  fetch,
}): Promise<{ readonly captions: RecordedCaptions | null; readonly baselines: RecordedBaselines }> => {
  const [captions, baselines] = await Promise.all(
    ['captions', 'baselines'].map((name) => fetch(asset(`/recorded/${name}.json`))),
  );
  return {
    captions: captions?.ok ? parseRecordedCaptions(await captions.json()) : null,
    baselines: parseBaselines(await baselines?.json()),
  };
};
