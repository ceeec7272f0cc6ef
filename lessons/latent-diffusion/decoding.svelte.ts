/** Latents through a decoder, as fast as they are wished for: while one is under way only the newest wish is kept. */
import { toFailure, type Failure } from '$lib/base/errors';
import type { Session } from '$lib/state/session.svelte';
import type { AutoencoderName } from '$lib/training/shippedAutoencoders';

/** The part of the session that encodes and decodes. */
export type Asks = Pick<Session, 'ask'>;

interface Wish {
  readonly name: AutoencoderName;
  /** [n, side, side, channels], undivided. */
  readonly latents: Float32Array;
}

export class Decoding {
  /** [n, 28, 28] of the last wish that was fulfilled. */
  pixels = $state.raw<Float32Array | null>(null);
  failure = $state.raw<Failure | null>(null);
  busy = $state(false);
  readonly #session: Asks;
  #next: Wish | null = null;
  #stop = new AbortController();

  constructor(session: Asks) {
    this.#session = session;
  }

  /** Settles when this wish, or a newer one, has been drawn; what went wrong is in `failure`. */
  async decode(name: AutoencoderName, latents: Float32Array): Promise<void> {
    this.#next = { name, latents };
    if (this.busy) return;
    this.busy = true;
    const stop = this.#stop;
    try {
      while (this.#next) {
        const wish: Wish = this.#next;
        this.#next = null;
        const { pixels } = await this.#session.ask('autoencoder.decode', wish, { signal: stop.signal });
        if (stop.signal.aborted) return;
        this.pixels = pixels;
        this.failure = null;
      }
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (!stop.signal.aborted && failure.code !== 'request/cancelled') this.failure = failure;
    } finally {
      if (this.#stop === stop) this.busy = false;
    }
  }

  /** Gives up what is under way, and forgets what was drawn. */
  clear(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#next = null;
    this.busy = false;
    this.pixels = null;
  }
}
