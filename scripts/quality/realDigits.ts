/** Training digits drawn at random, as many of each class: what generated ones are to come near to. */
import { createRng } from '../../src/base/rng';
import { fillBatch } from '../../src/data/batches';
import type { MnistStore } from '../../src/data/mnist';
import type { AskedDigits } from './measure';

const classes = 10;

export function realDigits(options: {
  readonly store: Pick<MnistStore, 'image' | 'label'>;
  /** Pictures in the store. */
  readonly count: number;
  readonly n: number;
  readonly seed: number;
}): AskedDigits {
  const { store, count, n, seed } = options;
  const wanted = Array.from({ length: classes }, (_, digit) => Math.ceil((n - digit) / classes));
  const chosen = createRng(seed, 'real digits')
    .permutation(count)
    .filter((index) => {
      const left = wanted[store.label(index)] ?? 0;
      wanted[store.label(index)] = left - 1;
      return left > 0;
    });
  const { x0, labels } = fillBatch(store, chosen);
  return { pixels: x0, asked: [...labels] };
}
