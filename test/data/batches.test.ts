import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../src/base/errors';
import { createBatches, fillBatch } from '../../src/data/batches';

const counts = [30, 50, 20];
const total = 100;

/** The first n positions of the stream. */
function stream(seed: number, batchSize: number, n: number): number[] {
  const batches = createBatches({ counts, seed, batchSize });
  return Array.from({ length: Math.ceil(n / batchSize) }, (_, step) => [...batches.indices(step)])
    .flat()
    .slice(0, n);
}

test('every epoch shows every picture once, shard after shard', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 130 }), (seed, batchSize) => {
      const indices = stream(seed, batchSize, 3 * total);
      for (let epoch = 0; epoch < 3; epoch += 1) {
        const shown = indices.slice(epoch * total, (epoch + 1) * total);
        expect(new Set(shown).size).toBe(total);
        expect(shown.slice(0, 30).every((index) => index < 30)).toBe(true);
        expect(shown.slice(30, 80).every((index) => index >= 30 && index < 80)).toBe(true);
        expect(shown.slice(80).every((index) => index >= 80 && index < total)).toBe(true);
      }
    }),
    { seed: 1, numRuns: 40 },
  );
});

test('epochs differ from each other', () => {
  const indices = stream(1, 10, 2 * total);
  expect(indices.slice(0, total)).not.toEqual(indices.slice(total));
});

test('the size of a batch cuts the stream but does not change it', () => {
  expect(stream(5, 7, 250)).toEqual(stream(5, 32, 250));
});

test('the same seed gives the same order, another seed another', () => {
  expect(stream(1, 8, 200)).toEqual(stream(1, 8, 200));
  expect(stream(1, 8, 200)).not.toEqual(stream(2, 8, 200));
});

test('a step asked for out of order is the same step', () => {
  const inOrder = createBatches({ counts, seed: 3, batchSize: 8 });
  const expected = Array.from({ length: 60 }, (_, step) => [...inOrder.indices(step)]);
  const backwards = createBatches({ counts, seed: 3, batchSize: 8 });
  for (let step = 59; step >= 0; step -= 1) expect([...backwards.indices(step)]).toEqual(expected[step]);
});

test('the first steps need the first shard alone, and a step that reaches over needs both', () => {
  const batches = createBatches({ counts, seed: 1, batchSize: 8 });
  expect(batches.shardsNeeded(0)).toEqual([0]);
  expect(batches.shardsNeeded(2)).toEqual([0]); // positions 16..23
  expect(batches.shardsNeeded(3)).toEqual([0, 1]); // positions 24..31
  expect(batches.shardsNeeded(12)).toEqual([2, 0]); // positions 96..103: into the next epoch
});

test('the shards needed are those that the indices lie in', () => {
  const batches = createBatches({ counts, seed: 9, batchSize: 12 });
  const shardOf = (index: number): number => (index < 30 ? 0 : index < 80 ? 1 : 2);
  for (let step = 0; step < 40; step += 1) {
    expect(new Set(batches.shardsNeeded(step))).toEqual(new Set([...batches.indices(step)].map(shardOf)));
  }
});

test.each([
  ['no shards', { counts: [], seed: 1, batchSize: 8 }],
  ['an empty shard', { counts: [30, 0], seed: 1, batchSize: 8 }],
  ['a batch of nothing', { counts, seed: 1, batchSize: 0 }],
  ['half a picture', { counts, seed: 1, batchSize: 1.5 }],
])('%s cannot be batched', (_, options) => {
  expect(() => createBatches(options)).toThrow(expect.objectContaining({ code: 'range' }));
});

test.each([-1, 0.5, NaN, Infinity])('there is no step %s', (step) => {
  expect(() => createBatches({ counts, seed: 1, batchSize: 8 }).indices(step)).toThrow(
    expect.objectContaining({ code: 'range' }),
  );
});

test('a batch holds the named pictures, in −1 … 1, with their labels', () => {
  const store = { image: (index: number) => new Uint8Array(784).fill(index), label: (index: number) => index % 10 };
  const { x0, labels } = fillBatch(store, Uint32Array.of(255, 0, 51));
  expect(x0.length).toBe(3 * 784);
  expect([x0[0], x0[783], x0[784], x0[2 * 784]]).toEqual([1, 1, -1, Math.fround(51 / 127.5 - 1)]);
  expect([...labels]).toEqual([5, 0, 1]);
});

test('a picture that is not there makes the batch fail, not blank', () => {
  const missing = (index: number): never => {
    throw new AppError('data/fetch', `Picture ${index} is missing.`);
  };
  expect(() => fillBatch({ image: missing, label: missing }, Uint32Array.of(4))).toThrow(/Picture 4/);
});
