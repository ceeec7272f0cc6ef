/** Rows of pictures whose embeddings have to be asked for first: from words, from pictures, or from the prior. To be cancelled at any moment. */
import { toFailure, type Failure } from '$lib/base/errors';
import type { Session } from '$lib/state/session.svelte';
import { VariantRows, type Variant } from '../conditioning/variants.svelte';
import { priorRequest, type PriorAsk } from './requests';

export class LiveRows {
  readonly rows = new VariantRows();
  /** The embeddings are on their way. */
  preparing = $state(false);
  #failure = $state.raw<Failure | null>(null);
  readonly busy: boolean = $derived(this.preparing || this.rows.busy);
  readonly failure: Failure | null = $derived(this.#failure ?? this.rows.failure);
  #stop: AbortController | null = null;

  /** @returns whether all rows were drawn */
  async run(session: Session, prepare: (signal: AbortSignal) => Promise<readonly Variant[]>): Promise<boolean> {
    this.cancel();
    const stop = new AbortController();
    this.#stop = stop;
    this.#failure = null;
    this.preparing = true;
    try {
      const variants = await prepare(stop.signal);
      if (this.#stop !== stop) return false;
      this.preparing = false;
      return await this.rows.run(session, variants);
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (this.#stop === stop && failure.code !== 'request/cancelled') this.#failure = failure;
      return false;
    } finally {
      if (this.#stop === stop) this.preparing = false;
    }
  }

  cancel(): void {
    this.#stop?.abort();
    this.#stop = null;
    this.preparing = false;
    this.rows.cancel();
  }
}

type Asks = Pick<Session, 'ask'>;

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
