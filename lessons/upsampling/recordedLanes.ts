/** The recorded chain and the lanes beside it: fetched, and as films. What each stage costs follows from its network's shape. */
import { toFailure, type Failure } from '$lib/base/errors';
import { toSigned } from '$lib/data/pixels';
import { parseRecordedChain, type RecordedChain } from '$lib/data/recordedChain';
import type { LaneId } from '$lib/data/recordedCascade';
import { flopsPerEvaluation } from '$lib/model/cost';
import { shippedModel } from '$lib/training/shippedModels';
import type { StageFilm } from './lanes';

/** Empty, if the lane was not recorded. */
export function filmsOf({ lanes }: RecordedChain, lane: LaneId): readonly StageFilm[] {
  const found = lanes.find((each) => each.lane === lane);
  return (found?.stages ?? []).map(({ name, side, sampler, steps, frames }) => {
    const nfe = frames.at(-1)?.nfe ?? 0;
    return {
      name,
      side,
      sampler,
      steps,
      nfe,
      flops: nfe * flopsPerEvaluation(shippedModel(name).recipe.model),
      ms: null,
      frames: frames.map(({ x0, xt, ...moment }) => ({ ...moment, xt: toSigned(xt), x0: x0 && toSigned(x0) })),
    };
  });
}

export type Loaded = { readonly chain: RecordedChain } | { readonly failure: Failure } | null;

/** @returns null when nobody waits for it any more */
export async function loadRecordedChain(address: string, signal: AbortSignal): Promise<Loaded> {
  try {
    const response = await fetch(address, { signal });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return { chain: parseRecordedChain(await response.json()) };
  } catch (thrown) {
    if (signal.aborted) return null;
    const failure = toFailure(thrown);
    if (failure.code === 'data/format') return { failure };
    const message = 'The recorded pictures did not arrive. Everything can still be drawn on your device.';
    return { failure: { code: 'data/fetch', message, detail: String(thrown) } };
  }
}
