/** Embeddings as the engine gives them: of captions, of pictures, and those that the prior draws. */
import type { CallOptions } from '$lib/worker/client';
import type { Answer, Ask } from '$lib/worker/protocol';
import { priorRequest, type PriorAsk } from './requests';

type UnclipCall = 'embed.captions' | 'embed.pictures' | 'prior.sample';

/** What answers: the session, or whoever records for the page. */
export interface Asks {
  ask<C extends UnclipCall>(name: C, ask: Ask<C>, options?: CallOptions<C>): Promise<Answer<C>>;
}

/** [n · 32] */
export async function embeddedCaptions(session: Asks, captions: readonly string[], signal: AbortSignal): Promise<Float32Array> {
  return (await session.ask('embed.captions', { captions }, { signal })).embeddings;
}

/** @param pixels [n, 28, 28] in −1..1 @returns [n · 32] */
export async function embeddedPictures(session: Asks, pixels: Float32Array, signal: AbortSignal): Promise<Float32Array> {
  return (await session.ask('embed.pictures', { pixels }, { signal })).embeddings;
}

/** The prior's finished embeddings. [n · 32] */
export async function priorEmbeddings(session: Asks, ask: PriorAsk, signal: AbortSignal): Promise<Float32Array> {
  let last = new Float32Array();
  await session.ask('prior.sample', priorRequest(ask, 'last'), { signal, onPart: ({ xt }) => (last = Float32Array.from(xt)) });
  return last;
}
