/** A site of nine pictures whose answers a test can replace, and a store that reads from it without waiting. */
import { gzipSync } from 'node:zlib';
import { crc32 } from '../../src/base/checksum';
import { createMnist, type MnistProgress, type MnistStore } from '../../src/data/mnist';

/** The pictures of a small made-up site: 3 + 4 for training, 2 for tests; picture i is filled with 10·i and labelled i. */
const shardSizes = { 'train-0.bin': [0, 3], 'train-1.bin': [3, 4], 'test-0.bin': [7, 2] } as const;

type Site = Map<string, () => Response | Promise<Response>>;

export function packed(first: number, count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count * 785);
  for (let i = 0; i < count; i += 1) {
    bytes.fill(10 * (first + i), i * 784, (i + 1) * 784);
    bytes[count * 784 + i] = first + i;
  }
  return bytes;
}

function makeSite(): Site {
  const site: Site = new Map();
  const shards = Object.entries(shardSizes).map(([file, [first, count]]) => {
    const bytes = packed(first, count);
    const zipped = new Uint8Array(gzipSync(bytes));
    site.set(file, () => new Response(zipped));
    return { file, split: file.startsWith('train') ? 'train' : 'test', count, bytes: zipped.length, crc32: crc32(bytes) };
  });
  site.set('manifest.json', () => Response.json({ version: 1, source: 'test', shards }));
  return site;
}

export interface Harness {
  readonly store: MnistStore;
  readonly site: Site;
  /** Files asked for, with the cache mode of each request. */
  readonly requests: { readonly file: string; readonly cache: RequestCache | undefined }[];
  readonly pauses: number[];
  readonly progress: MnistProgress[];
}

export function harness(site: Site = makeSite()): Harness {
  const requests: Harness['requests'] = [];
  const pauses: number[] = [];
  const progress: MnistProgress[] = [];
  const store = createMnist({
    baseUrl: 'https://site.test/notebook/',
    fetch: async (input, init) => {
      const url = String(input);
      const prefix = 'https://site.test/notebook/mnist/';
      if (!url.startsWith(prefix)) throw new Error(`unexpected request for ${url}`);
      const file = url.slice(prefix.length);
      requests.push({ file, cache: init?.cache });
      return site.get(file)?.() ?? new Response('gone', { status: 404 });
    },
    wait: async (ms) => {
      pauses.push(ms);
    },
    onProgress: (report) => progress.push(report),
  });
  return { store, site, requests, pauses, progress };
}

export async function failureOf(work: Promise<unknown>): Promise<{ code: unknown; message: string }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('it did not fail');
}

export const offline = (): never => {
  throw new TypeError('Failed to fetch');
};
