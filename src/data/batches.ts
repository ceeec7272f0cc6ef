/**
 * Which pictures make up the batch of step n: a pure function of (seed, n). The stream of indices is endless; an epoch
 * goes through the shards in their order, each one shuffled by itself. So the first steps need the first shard alone, and
 * the order never depends on how fast the others arrive.
 */
import { AppError } from '../base/errors';
import { createRng } from '../base/rng';
import { imageBytes } from './manifest';
import type { MnistStore } from './mnist';
import { toSigned } from './pixels';

export interface BatchOptions {
  /** Images per shard. */
  readonly counts: readonly number[];
  readonly seed: number;
  readonly batchSize: number;
}

export interface Batches {
  /** Indices of the pictures of one step, counted from 0. [batchSize] */
  indices(step: number): Uint32Array;
  /** The shards that those pictures lie in. */
  shardsNeeded(step: number): readonly number[];
}

/** Permutations kept: the shard in use, the next one, and some for a reader who steps back. */
const cachedPermutations = 4;

/** @throws range, when a count or the batch size is not a whole number above 0 */
export function createBatches({ counts, seed, batchSize }: BatchOptions): Batches {
  if (counts.length === 0 || ![...counts, batchSize].every((value) => Number.isInteger(value) && value > 0)) {
    throw new AppError('range', `Batches of ${batchSize} cannot be drawn from shards of ${counts.join(', ') || 'no'} pictures.`);
  }
  const rng = createRng(seed);
  const starts: number[] = [0];
  for (const count of counts) starts.push((starts.at(-1) ?? 0) + count);
  const epochLength = starts.at(-1) ?? 0;
  const cache = new Map<string, Uint32Array>();

  const permutation = (epoch: number, shard: number): Uint32Array => {
    const key = `${epoch}/${shard}`;
    const order = cache.get(key) ?? rng.fork('shuffle', epoch, shard).permutation(counts[shard] ?? 0);
    cache.delete(key);
    cache.set(key, order); // now the youngest
    const oldest = cache.keys().next().value;
    if (cache.size > cachedPermutations && oldest !== undefined) cache.delete(oldest);
    return order;
  };

  const shardOf = (placeInEpoch: number): number => starts.findLastIndex((start) => start <= placeInEpoch);

  const positions = (step: number): readonly number[] => {
    if (!Number.isInteger(step) || step < 0 || !Number.isSafeInteger((step + 1) * batchSize))
      throw new AppError('range', `There is no training step ${step}.`);
    return Array.from({ length: batchSize }, (_, i) => step * batchSize + i);
  };

  return {
    indices: (step) =>
      Uint32Array.from(positions(step), (position) => {
        const place = position % epochLength;
        const shard = shardOf(place);
        const start = starts[shard] ?? 0;
        const within = permutation(Math.floor(position / epochLength), shard)[place - start];
        if (within === undefined) throw new AppError('internal', `Position ${position} lies outside its shard.`);
        return start + within;
      }),
    shardsNeeded: (step) => [...new Set(positions(step).map((position) => shardOf(position % epochLength)))],
  };
}

/**
 * Copies the named pictures out of the store.
 * @returns x0 [B, 28, 28] in −1 … 1 and labels [B] in 0 … 9
 * @throws data/fetch, when one of them has not arrived
 */
export function fillBatch(
  store: Pick<MnistStore, 'image' | 'label'>,
  indices: Uint32Array,
): { readonly x0: Float32Array; readonly labels: Int32Array } {
  const x0 = new Float32Array(indices.length * imageBytes);
  indices.forEach((index, i) => {
    x0.set(toSigned(store.image(index)), i * imageBytes);
  });
  return { x0, labels: Int32Array.from(indices, (index) => store.label(index)) };
}
