/** A finished drawing in the hands of another autoencoder: its latent read by that decoder, and the picture sent there and back. */
import { toFailure, type Failure } from '$lib/base/errors';
import type { AutoencoderName } from '$lib/training/shippedAutoencoders';
import { goodAutoencoder } from './bad';
import type { Asks } from './decoding.svelte';
import { timesChannels } from './latents';

export interface Through {
  readonly name: AutoencoderName;
  /** [n, 28, 28]: the latent, which the good autoencoder's denoiser has drawn, as this decoder reads it. */
  readonly read: Float32Array;
  /** [n, 28, 28]: the good picture through this autoencoder: what a denoiser in its latents could draw at best. */
  readonly thereAndBack: Float32Array;
}

export interface Drawn {
  /** [n, side, side, channels] of deviation 1. */
  readonly latents: Float32Array;
  /** [n, 28, 28] */
  readonly pixels: Float32Array;
}

export class ThroughDecoder {
  result = $state.raw<Through | null>(null);
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  readonly #session: Asks;
  #turn = 0;

  constructor(session: Asks) {
    this.#session = session;
  }

  /** The newest wish takes the place of what is under way. */
  async send(name: AutoencoderName, { latents, pixels }: Drawn): Promise<void> {
    const turn = (this.#turn += 1);
    this.busy = true;
    this.failure = null;
    try {
      const { deviation } = await this.#session.ask('autoencoder.encode', { name: goodAutoencoder, pixels: pixels.slice() });
      const undivided = timesChannels(latents, deviation ?? [1]);
      const read = await this.#session.ask('autoencoder.decode', { name, latents: undivided });
      const { mean } = await this.#session.ask('autoencoder.encode', { name, pixels: pixels.slice() });
      const back = await this.#session.ask('autoencoder.decode', { name, latents: mean });
      if (turn === this.#turn) this.result = { name, read: read.pixels, thereAndBack: back.pixels };
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (turn === this.#turn && failure.code !== 'request/cancelled') this.failure = failure;
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }

  clear(): void {
    this.#turn += 1;
    this.busy = false;
    this.result = null;
  }
}
