/** One real digit in an autoencoder: its latent, what comes back, and what comes back when one of the numbers is changed. */
import { toFailure, type Failure } from '$lib/base/errors';
import type { AutoencoderName } from '$lib/training/shippedAutoencoders';
import { Decoding, type Asks } from './decoding.svelte';
import { withNumber, type Grid } from './latents';

export interface Place {
  readonly cell: number;
  readonly channel: number;
}

export class LatentLab {
  /** Of the digit that was encoded last; null before. */
  latent = $state.raw<Float32Array | null>(null);
  grid = $state.raw<Grid>({ side: 7, channels: 2 });
  /** [28, 28]: what comes back of the digit as it is. */
  back = $state.raw<Float32Array | null>(null);
  /** The number that is changed, and what it is now; null while all are as they were. */
  place = $state.raw<Place | null>(null);
  value = $state(0);
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  readonly decoding: Decoding;
  readonly shown: Float32Array | null = $derived(
    this.latent && this.place ? withNumber(this.latent, this.grid, this.place, this.value) : this.latent,
  );
  /** What comes back of the latent as it stands. */
  readonly picture: Float32Array | null = $derived.by(() => (this.place ? this.decoding.pixels : null) ?? this.back);
  readonly #session: Asks;
  #name: AutoencoderName = 'ae-2';
  #turn = 0;

  constructor(session: Asks) {
    this.#session = session;
    this.decoding = new Decoding(session);
  }

  /** @param pixels [28, 28] in −1..1 */
  async take(name: AutoencoderName, pixels: Float32Array): Promise<void> {
    const turn = (this.#turn += 1);
    this.decoding.clear();
    this.failure = null;
    this.busy = true;
    try {
      const { mean, side, channels } = await this.#session.ask('autoencoder.encode', { name, pixels });
      const back = await this.#session.ask('autoencoder.decode', { name, latents: mean.slice() });
      if (turn !== this.#turn) return;
      this.#name = name;
      this.place = null;
      this.grid = { side, channels };
      this.latent = mean;
      this.back = back.pixels;
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (turn === this.#turn && failure.code !== 'request/cancelled') this.failure = failure;
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }

  /** Turns to one of the numbers, as it is. */
  pick(place: Place): void {
    if (!this.latent) return;
    this.decoding.clear();
    this.place = place;
    this.value = this.original(place);
  }

  original({ cell, channel }: Place): number {
    return this.latent?.[cell * this.grid.channels + channel] ?? 0;
  }

  change(value: number): void {
    this.value = value;
    if (this.shown) void this.decoding.decode(this.#name, this.shown.slice());
  }

  dispose(): void {
    this.#turn += 1;
    this.decoding.clear();
  }
}
