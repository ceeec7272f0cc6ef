import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { crc32 } from '../../src/base/checksum';
import { createMnist } from '../../src/data/mnist';
import { failureOf, harness, offline, packed } from './smallSite';

test('being offline is tried again with growing pauses, then said, and retry() goes on from there', async () => {
  const { store, site, pauses, progress, requests } = harness();
  const whole = site.get('train-1.bin');
  site.set('train-1.bin', offline);
  await store.loadFirst();
  const failure = await failureOf(store.loadRest());
  expect(failure.code).toBe('data/fetch');
  expect(failure.message).toMatch(/offline/);
  expect(pauses.length).toBe(3);
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  expect(progress.at(-1)).toMatchObject({ imagesLoaded: 3, loading: false, failure: { code: 'data/fetch' } });
  expect(store.label(0)).toBe(0); // what has arrived stays

  site.set('train-1.bin', whole ?? offline);
  await store.retry();
  expect(progress.at(-1)).toMatchObject({ imagesLoaded: 7, loading: false, failure: null });
  expect(requests.filter((request) => request.file === 'train-0.bin').length).toBe(1);
});

test('retry() after a failed beginning brings the beginning only', async () => {
  const { store, site, requests } = harness();
  const whole = site.get('manifest.json');
  site.set('manifest.json', offline);
  expect(await failureOf(store.loadFirst())).toMatchObject({ code: 'data/fetch' });
  site.set('manifest.json', whole ?? offline);
  await store.retry();
  expect(store.loadedShards()).toBe(1);
  expect(requests.at(-1)?.file).toBe('train-0.bin');
});

test('a call that waits behind a failed one still runs, and its success clears the failure', async () => {
  const { store, site, progress } = harness();
  const whole = site.get('train-0.bin');
  let calls = 0;
  site.set('train-0.bin', () => {
    calls += 1;
    return calls <= 4 ? offline() : (whole?.() ?? offline());
  });
  const first = failureOf(store.loadFirst());
  await store.loadRest();
  expect(await first).toMatchObject({ code: 'data/fetch' });
  expect(progress.at(-1)).toMatchObject({ imagesLoaded: 7, loading: false, failure: null });
});

test('a short interruption goes unnoticed', async () => {
  const { store, site, pauses } = harness();
  const whole = site.get('train-0.bin');
  const answers = [offline, () => new Response('busy', { status: 503 }), whole ?? offline];
  site.set('train-0.bin', () => (answers.shift() ?? offline)());
  await store.loadFirst();
  expect(store.loadedShards()).toBe(1);
  expect(pauses.length).toBe(2);
});

test('a connection that breaks in the middle of a file is tried again', async () => {
  const { store, site, pauses } = harness();
  const whole = site.get('train-0.bin');
  const broken = (): Response =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(Uint8Array.of(0x1f, 0x8b));
          controller.error(new TypeError('network error'));
        },
      }),
    );
  const answers = [broken, whole ?? offline];
  site.set('train-0.bin', () => (answers.shift() ?? offline)());
  await store.loadFirst();
  expect(store.loadedShards()).toBe(1);
  expect(pauses.length).toBe(1);
});

test('a file that is not there is not asked for again and again', async () => {
  const { store, site, requests } = harness();
  site.delete('train-0.bin');
  const failure = await failureOf(store.loadFirst());
  expect(failure).toMatchObject({ code: 'data/fetch' });
  expect(failure.message).toContain('train-0.bin');
  expect(requests.filter((request) => request.file === 'train-0.bin').length).toBe(1);
});

test('a connection that stalls is given up', async () => {
  vi.useFakeTimers();
  try {
    const store = createMnist({
      baseUrl: 'https://site.test',
      fetch: (_, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => {
            reject(new Error('aborted'));
          });
        }),
    });
    const failure = failureOf(store.loadFirst());
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect(await failure).toMatchObject({ code: 'data/fetch' });
  } finally {
    vi.useRealTimers();
  }
});

const goodShard = new Uint8Array(gzipSync(packed(0, 3)));
const otherShard = new Uint8Array(gzipSync(packed(1, 3)));
const shortShard = new Uint8Array(gzipSync(packed(0, 2)));
const flipped = Uint8Array.from(goodShard, (byte, i) => (i === goodShard.length >> 1 ? byte ^ 0x10 : byte));
const page = new TextEncoder().encode('<!doctype html><title>Sign in to the network</title>');
const html = (): Response => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } });

test.each<[string, Uint8Array<ArrayBuffer>, number, RegExp]>([
  ['cut short', goodShard.slice(0, -20), goodShard.length, /bytes of .* arrived/],
  ['cut short where it was packed', goodShard.slice(0, -20), goodShard.length - 20, /cannot be unpacked/],
  ['with a flipped byte', flipped, goodShard.length, /cannot be unpacked|checksum/],
  ['with other pictures', otherShard, otherShard.length, /checksum/],
  ['with a picture too few', shortShard, shortShard.length, /need 2355 bytes, and it holds 1570/],
  ['that is empty', new Uint8Array(0), goodShard.length, /not a compressed file/],
  ['that is a web page', page, page.length, /web page/],
])('a shard %s is refused, asked for once more past the cache, and then said', async (_, bytes, promised, reason) => {
  const { store, site, requests, progress } = harness();
  const entry = { file: 'train-0.bin', split: 'train', count: 3, bytes: promised, crc32: crc32(packed(0, 3)) };
  site.set('manifest.json', () => Response.json({ version: 1, source: 'test', shards: [entry] }));
  site.set('train-0.bin', () => new Response(bytes));
  const failure = await failureOf(store.loadFirst());
  expect(failure.code).toBe('data/format');
  expect(failure.message).toMatch(reason);
  expect(requests.filter((request) => request.file === 'train-0.bin').map((request) => request.cache)).toEqual([
    'default',
    'reload',
  ]);
  expect(store.loadedShards()).toBe(0);
  expect(() => store.image(0)).toThrow();
  expect(progress.at(-1)).toMatchObject({ loading: false, failure: { code: 'data/format' } });
});

test('a damaged copy in the cache is replaced by a whole one', async () => {
  const { store, site } = harness();
  const answers = [() => new Response(flipped), () => new Response(goodShard)];
  site.set('train-0.bin', () => (answers.shift() ?? offline)());
  await store.loadFirst();
  expect(store.label(1)).toBe(1);
});

test('a web page in place of the manifest is refused, and retry() reads the real one', async () => {
  const { store, site } = harness();
  const whole = site.get('manifest.json');
  site.set('manifest.json', html);
  expect(await failureOf(store.loadFirst())).toMatchObject({ code: 'data/format' });
  site.set('manifest.json', whole ?? offline);
  await store.retry();
  expect(store.loadedShards()).toBe(1);
});

test('messages are sentences for a reader, without addresses or error names', async () => {
  const { store, site } = harness();
  site.set('manifest.json', offline);
  const { message } = await failureOf(store.loadFirst());
  expect(message).not.toMatch(/https?:|TypeError/);
  expect(message).toMatch(/^[A-Z].*\.$/);
});
