/** One real digit in an autoencoder: its latent, what comes back, and what comes back when one of the numbers is changed. */
import { createRng } from '$lib/base/rng';
import { toFailure, type Failure } from '$lib/base/errors';
import type { AutoencoderName } from '$lib/training/shippedAutoencoders';
import type { Encoded } from '$lib/worker/protocol';
import { Decoding, type Asks } from './decoding.svelte';
import { numbersOf, timesChannels, withNumber, type Grid } from './latents';

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
  /** Whether the latent is no digit's, but numbers drawn at random. */
  isRandom = $state(false);
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
    await this.#show(name, pixels, (encoded) => encoded.mean);
    this.isRandom = false;
  }

  /** Instead of a digit's latent, normal noise of the size that latents have. @param pixels of any digit, to learn the latent's shape */
  async scatter(name: AutoencoderName, pixels: Float32Array, seed: number): Promise<void> {
    await this.#show(name, pixels, ({ side, channels, deviation }) => {
      const noise = createRng(seed, 'random latent').normals(numbersOf({ side, channels }));
      return deviation ? timesChannels(noise, deviation) : noise;
    });
    this.isRandom = true;
  }

  async #show(name: AutoencoderName, pixels: Float32Array, latentOf: (encoded: Encoded) => Float32Array): Promise<void> {
    const turn = (this.#turn += 1);
    this.decoding.clear();
    this.failure = null;
    this.busy = true;
    try {
      const encoded = await this.#session.ask('autoencoder.encode', { name, pixels: pixels.slice() });
      const latent = latentOf(encoded);
      const back = await this.#session.ask('autoencoder.decode', { name, latents: latent.slice() });
      if (turn !== this.#turn) return;
      this.#name = name;
      this.place = null;
      this.grid = { side: encoded.side, channels: encoded.channels };
      this.latent = latent;
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
