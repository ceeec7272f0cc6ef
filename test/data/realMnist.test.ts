import { beforeAll, expect, test } from 'vitest';
import { fileFetch, publicUrl } from '../../scripts/fileFetch';
import { createBatches } from '../../src/data/batches';
import { createMnist, type MnistStore } from '../../src/data/mnist';

let real: MnistStore;
beforeAll(async () => {
  real = createMnist({ baseUrl: publicUrl, fetch: fileFetch });
  await real.loadRest();
}, 60_000);

test('all 60,000 training pictures arrive, with as many of each digit as MNIST has', () => {
  const classes = new Array<number>(10).fill(0);
  const total = real.counts.reduce((sum, count) => sum + count);
  for (let i = 0; i < total; i += 1) classes[real.label(i)] = (classes[real.label(i)] ?? 0) + 1;
  expect(classes).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
});

test('the pictures are the known ones: the first is a five, and a pixel is black ink on white paper as published', () => {
  expect(Array.from({ length: 10 }, (_, i) => real.label(i))).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  const mean = Array.from({ length: 60_000 }, (_, i) => real.image(i).reduce((sum, value) => sum + value, 0)).reduce(
    (a, b) => a + b,
  );
  expect(mean / (60_000 * 784) / 255).toBeCloseTo(0.1307, 4); // the mean that everyone normalises MNIST by
});

test('the test set arrives in two parts of 1,000 and 9,000', async () => {
  const shards = [await real.loadTest(0), await real.loadTest(1)];
  expect(shards.map((shard) => shard.count)).toEqual([1000, 9000]);
  expect([...(shards[0]?.labels.subarray(0, 5) ?? [])]).toEqual([7, 2, 1, 0, 4]);
});

test('an epoch of real batches shows every picture once', () => {
  const batches = createBatches({ counts: real.counts, seed: 7, batchSize: 32 });
  const shown = new Set<number>();
  for (let step = 0; step < 60_000 / 32; step += 1) batches.indices(step).forEach((index) => shown.add(index));
  expect(shown.size).toBe(60_000);
  expect(batches.shardsNeeded(0)).toEqual([0]);
  expect(batches.shardsNeeded(92)).toEqual([0]); // 93 steps of 32 from the first 3,000 pictures
});
