/** The rows of each figure that draws one caption in several ways. Plain data: what is asked of the engine, and under which title. */
import { captionCheckpoints } from '$lib/training/captionRecipes';
import type { SampleRequest } from '$lib/worker/protocol';
import { askedTimes } from './captionWords';
import { captionRequest, checkpointName, recordedSource, times, type CaptionAsk } from './requests';
import type { Variant } from './variants.svelte';

/** Pictures in a row, each from a noise of its own; the same noises in every row. */
export const rowPictures = 6;

export interface RowAsk {
  readonly caption: string;
  readonly guidanceScale: number;
  readonly seed: number;
}

function variant(
  id: string,
  title: string,
  note: string | undefined,
  ask: Partial<CaptionAsk> & RowAsk,
  change: Partial<SampleRequest> = {},
): Variant {
  const { caption, ...settings } = ask;
  const request = captionRequest({ source: recordedSource, captions: times(caption, rowPictures), ...settings }, change);
  return { id, title, note, request, asked: askedTimes(caption, rowPictures) };
}

export function checkpointRows(ask: RowAsk): readonly Variant[] {
  return captionCheckpoints.map((steps) =>
    variant(String(steps), `after ${steps.toLocaleString('en')} steps`, undefined, {
      ...ask,
      source: { kind: 'recorded', name: checkpointName(steps) },
    }),
  );
}

export const sweepScales = [1, 1.5, 2, 3, 5, 10] as const;

export function sweepRows(ask: Omit<RowAsk, 'guidanceScale'>): readonly Variant[] {
  return sweepScales.map((guidanceScale) =>
    variant(String(guidanceScale), `w = ${guidanceScale}`, guidanceScale === 1 ? 'no guidance' : undefined, {
      ...ask,
      guidanceScale,
    }),
  );
}

/** As they were measured. */
const stretches = [
  { id: 'all', title: 'everywhere', from: 0, to: 1000 },
  { id: 'noise', title: 'in the noise', from: 500, to: 1000 },
  { id: 'middle', title: 'in the middle', from: 200, to: 800 },
  { id: 'clean', title: 'near the picture', from: 0, to: 500 },
] as const;

export function intervalRows(ask: RowAsk): readonly Variant[] {
  return [
    variant('none', 'nowhere', 'w = 1', { ...ask, guidanceScale: 1 }),
    ...stretches.map(({ id, title, from, to }) =>
      variant(
        id,
        title,
        `t in (${from}, ${to.toLocaleString('en')}]`,
        ask,
        id === 'all' ? {} : { guidanceInterval: { from, to } },
      ),
    ),
  ];
}

export function negativeRows(ask: RowAsk, negative: string): readonly Variant[] {
  const captions = times(ask.caption, rowPictures);
  return [
    variant('without', 'away from nothing', 'told nothing: the usual guidance', ask),
    variant('with', `away from “${negative}”`, undefined, ask, { prompts: { captions, negative } }),
  ];
}

/** From which t on the second caption is read; a row each. */
export const swapTimes = [960, 900, 800, 600, 300] as const;

/** @param after the caption that comes second, which the pictures are held against */
export function swapRows(ask: RowAsk, after: string): readonly Variant[] {
  const captions = times(ask.caption, rowPictures);
  const asked = askedTimes(after, rowPictures);
  return [
    { ...variant('second', 'the second all along', undefined, { ...ask, caption: after }), asked },
    ...swapTimes.map((at) => ({
      ...variant(String(at), `swapped at t = ${at}`, undefined, ask, {
        prompts: { captions, swap: { captions: times(after, rowPictures), at } },
      }),
      asked,
    })),
    { ...variant('first', 'the first all along', undefined, ask), asked },
  ];
}
