/** The dashed lines of the loss charts, fetched while prerendering, so that the prose has its numbers without a script. */
import { asset } from '$app/paths';
import { parseBaselines, type RecordedBaselines } from '$lib/data/baselines';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch }): Promise<{ baselines: RecordedBaselines }> => {
  const response = await fetch(asset('/recorded/baselines.json'));
  return { baselines: parseBaselines(await response.json()) };
};
