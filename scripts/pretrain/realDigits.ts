/** Real digits as arrays, from public/mnist. */
import { imageBytes } from '../../src/data/manifest';
import type { MnistStore } from '../../src/data/mnist';
import { toSigned } from '../../src/data/pixels';

export interface LabelledDigits {
  /** [count, 28, 28] in −1 … 1 */
  readonly pixels: Float32Array;
  readonly labels: Uint8Array;
}

/** The whole test set, in its order. */
export async function testDigits(store: MnistStore): Promise<LabelledDigits> {
  const shards = [await store.loadTest(0), await store.loadTest(1)];
  return {
    pixels: toSigned(Uint8Array.from(shards.flatMap(({ images }) => [...images]))),
    labels: Uint8Array.from(shards.flatMap(({ labels }) => [...labels])),
  };
}

export function firstOf({ pixels, labels }: LabelledDigits, count: number): LabelledDigits {
  return { pixels: pixels.subarray(0, count * imageBytes), labels: labels.subarray(0, count) };
}
