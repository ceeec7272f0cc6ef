import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { download } from '../../src/data/download';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Sends a chunk every so many milliseconds, until the request is aborted. */
function drip(chunks: readonly Uint8Array[], gapMs: number): typeof fetch {
  return async (_, init) =>
    new Response(
      new ReadableStream({
        async start(controller) {
          init?.signal?.addEventListener('abort', () => {
            controller.error(new Error('aborted'));
          });
          for (const chunk of chunks) {
            await new Promise((resolve) => setTimeout(resolve, gapMs));
            if (init?.signal?.aborted) return;
            controller.enqueue(chunk);
          }
          controller.close();
        },
      }),
    );
}

const chunks = [Uint8Array.of(1, 2), Uint8Array.of(3), Uint8Array.of(4, 5, 6)];
const wait = (): Promise<void> => Promise.resolve();

test('a slow connection that keeps sending is waited for, and its bytes are counted', async () => {
  const counted: number[] = [];
  const done = download('file', { fetch: drip(chunks, 15_000), wait, cache: 'default', onBytes: (bytes) => counted.push(bytes) });
  await vi.advanceTimersByTimeAsync(60_000);
  expect([...(await done)]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(counted).toEqual([2, 3, 6]);
});

test('a connection that falls silent in the middle is given up', async () => {
  const done = download('file', { fetch: drip(chunks, 60_000), wait, cache: 'default' });
  const outcome = expect(done).rejects.toMatchObject({ code: 'data/fetch' });
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  await outcome;
});
