import { expect, test } from 'vitest';
import { createBatches, fillBatch } from '../../src/data/batches';
import { createMnist } from '../../src/data/mnist';
import { failureOf, harness } from './smallSite';

test('the first shard alone makes its pictures available', async () => {
  const { store, requests } = harness();
  await store.loadFirst();
  expect(store.counts).toEqual([3, 4]);
  expect(store.loadedShards()).toBe(1);
  expect([store.shardReady(0), store.shardReady(1), store.shardReady(2)]).toEqual([true, false, false]);
  expect([...store.image(2)]).toEqual(new Array(784).fill(20));
  expect(store.label(2)).toBe(2);
  expect(requests.map((request) => request.file)).toEqual(['manifest.json', 'train-0.bin']);
});

test('the rest arrives one after the other, and nothing is fetched twice', async () => {
  const { store, requests } = harness();
  await Promise.all([store.loadFirst(), store.loadRest(), store.loadRest()]);
  await store.loadFirst();
  expect(store.loadedShards()).toBe(2);
  expect(store.label(6)).toBe(6);
  expect(requests.map((request) => request.file)).toEqual(['manifest.json', 'train-0.bin', 'train-1.bin']);
});

test('a test shard comes when it is asked for, and only once', async () => {
  const { store, requests } = harness();
  const shard = await store.loadTest(0);
  expect(shard.count).toBe(2);
  expect([...shard.labels]).toEqual([7, 8]);
  expect(shard.images[784]).toBe(80);
  expect(await store.loadTest(0)).toBe(shard);
  expect(requests.map((request) => request.file)).toEqual(['manifest.json', 'test-0.bin']);
  expect(await failureOf(store.loadTest(1))).toMatchObject({ code: 'range' });
});

test('asking for a picture that has not arrived, or that does not exist, throws', async () => {
  const { store } = harness();
  expect(() => store.image(0)).toThrow(expect.objectContaining({ code: 'data/fetch' }));
  expect(() => store.counts).toThrow(expect.objectContaining({ code: 'internal' }));
  await store.loadFirst();
  expect(() => store.image(3)).toThrow(expect.objectContaining({ code: 'data/fetch' }));
  expect(() => store.label(3)).toThrow(expect.objectContaining({ code: 'data/fetch' }));
  expect(() => store.image(7)).toThrow(expect.objectContaining({ code: 'range' }));
  expect(() => store.image(-1)).toThrow(expect.objectContaining({ code: 'range' }));
  expect(() => store.image(0.5)).toThrow(expect.objectContaining({ code: 'range' }));
});

test('a batch that reaches into a shard that is not here fails instead of being blank', async () => {
  const { store } = harness();
  await store.loadFirst();
  const batches = createBatches({ counts: store.counts, seed: 1, batchSize: 2 });
  expect(fillBatch(store, batches.indices(0)).labels.length).toBe(2);
  expect(batches.shardsNeeded(1)).toEqual([0, 1]);
  expect(() => fillBatch(store, batches.indices(1))).toThrow(expect.objectContaining({ code: 'data/fetch' }));
  await store.loadRest();
  expect(fillBatch(store, batches.indices(1)).labels.length).toBe(2);
});

test('a shard that arrives in pieces is counted byte by byte, each once', async () => {
  const { store, site, progress } = harness();
  const whole = await site.get('train-0.bin')?.();
  const bytes = new Uint8Array((await whole?.arrayBuffer()) ?? []);
  const pieces = [bytes.slice(0, 10), bytes.slice(10, 15), bytes.slice(15)];
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const piece = pieces.shift();
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
  });
  site.set('train-0.bin', () => new Response(body));
  await store.loadFirst();
  const loaded = [...new Set(progress.map((report) => report.bytesLoaded))];
  expect(loaded).toEqual([0, 10, 15, bytes.length]);
});

test('progress counts pictures and bytes, and ends at all of them', async () => {
  const { store, progress } = harness();
  await store.loadFirst();
  await store.loadRest();
  expect(progress[0]).toMatchObject({ imagesLoaded: 0, imagesTotal: 0, loading: true, failure: null });
  const last = progress.at(-1);
  expect(last).toMatchObject({ imagesLoaded: 7, imagesTotal: 7, loading: false, failure: null });
  expect(last?.bytesLoaded).toBe(last?.bytesTotal);
  expect(store.progress()).toEqual(last);
  const loaded = progress.map((report) => report.bytesLoaded);
  expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
});

test('an address without a closing slash serves as well', async () => {
  const urls: string[] = [];
  const store = createMnist({
    baseUrl: 'https://site.test/a',
    fetch: async (input) => {
      urls.push(String(input));
      return new Response('', { status: 404 });
    },
  });
  await failureOf(store.loadFirst());
  expect(urls).toEqual(['https://site.test/a/mnist/manifest.json']);
});
