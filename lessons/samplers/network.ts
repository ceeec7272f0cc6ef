/** What the figures that draw with the real network ask of the lesson: the session, and whose network it is. */
import type { Session } from '$lib/state/session.svelte';
import { recipes } from '$lib/training/recipes';
import type { SampleRequest } from '$lib/worker/protocol';
import { requestSource, type SourceId } from '../reverse-process/sources';

export interface Network {
  readonly session: Session;
  readonly source: SourceId;
  /** Whether it can be told a digit. */
  readonly takesDigit: boolean;
}

/** DDIM without dice from T down, the end alone; everything that a figure wants otherwise is in `change`. */
export function requestOf(
  { source, takesDigit }: Network,
  { labels, ...change }: Partial<SampleRequest> & Pick<SampleRequest, 'steps' | 'labels'>,
): SampleRequest {
  return {
    source: requestSource(source),
    sampler: 'ddim',
    samplerParams: { eta: 0 },
    spacing: 'trailing',
    guidanceScale: 1,
    clip: true,
    seed: 1,
    frames: 'last',
    ...change,
    labels: takesDigit ? labels : labels.map(() => null),
  };
}

/** Length of the schedule that the network was trained with. */
export function longestT({ source, session }: Network): number {
  const recipe = source === 'recorded' ? recipes.quick : (session.runs[source]?.recipe ?? recipes.quick);
  return recipe.schedule.T;
}

/** "about 12 s": how long so many evaluations will take, by what one has taken; null before one was measured. */
export function waitWords(evaluations: number, msPerEvaluation: number | null): string | null {
  if (msPerEvaluation === null) return null;
  const seconds = (evaluations * msPerEvaluation) / 1000;
  return seconds < 1
    ? 'under a second'
    : seconds < 90
      ? `about ${Math.round(seconds)} s`
      : `about ${Math.round(seconds / 60)} min`;
}
