/** The first 3,000 training digits, as far as this lesson needs them: loading, here, or failed with a reason and a way back. */
import { createMnist, type MnistStore } from '$lib/data/mnist';
import { toSigned } from '$lib/data/pixels';
import { toFailure, type Failure } from '$lib/base/errors';

export type ShardStatus =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'loading'; readonly bytes: number }
  | { readonly kind: 'ready'; readonly count: number }
  | { readonly kind: 'failed'; readonly failure: Failure };

export class FirstShard {
  status = $state.raw<ShardStatus>({ kind: 'waiting' });
  #store: MnistStore | null = null;

  /** Loads, or tries again after a failure; asking twice does no harm. */
  async load(baseUrl: string): Promise<void> {
    if (this.status.kind === 'loading' || this.status.kind === 'ready') return;
    this.status = { kind: 'loading', bytes: 0 };
    this.#store ??= createMnist({
      baseUrl,
      onProgress: ({ bytesLoaded }) => {
        if (this.status.kind === 'loading') this.status = { kind: 'loading', bytes: bytesLoaded };
      },
    });
    try {
      await this.#store.loadFirst();
      this.status = { kind: 'ready', count: this.#store.counts[0] ?? 0 };
    } catch (error) {
      this.status = { kind: 'failed', failure: toFailure(error) };
    }
  }

  /** The next training picture of this class after `index`, starting over at the end; null while nothing has arrived. */
  nextOf(label: number, index: number): { readonly index: number; readonly label: number; readonly x0: Float32Array } | null {
    if (this.status.kind !== 'ready' || !this.#store) return null;
    const { count } = this.status;
    for (let step = 1; step <= count; step += 1) {
      const candidate = (index + step) % count;
      if (this.#store.label(candidate) === label) return { index: candidate, label, x0: toSigned(this.#store.image(candidate)) };
    }
    return null;
  }

  /** One pixel of every digit that is here, in [−1, 1]. */
  pixelColumn(pixel: number): Float32Array {
    if (this.status.kind !== 'ready' || !this.#store) return new Float32Array();
    const store = this.#store;
    return toSigned(Uint8Array.from({ length: this.status.count }, (_, i) => store.image(i)[pixel] ?? 0));
  }

  /** The mean of all that are here, [28·28] in [−1, 1]. */
  meanPicture(): Float32Array | null {
    if (this.status.kind !== 'ready' || !this.#store) return null;
    const sums = new Float64Array(this.#store.image(0).length);
    for (let i = 0; i < this.status.count; i += 1) {
      toSigned(this.#store.image(i)).forEach((value, pixel) => (sums[pixel] = (sums[pixel] ?? 0) + value));
    }
    const { count } = this.status;
    return Float32Array.from(sums, (sum) => sum / count);
  }
}
