/**
 * One file over the network. A connection that breaks, stalls or answers "busy" is tried again after a pause that grows;
 * an answer that will not change (404) is not.
 */
import { AppError } from '../base/errors';

export interface DownloadOptions {
  readonly fetch: typeof fetch;
  /** Resolves after so many milliseconds; tests make it instant. */
  readonly wait: (ms: number) => Promise<void>;
  /** reload goes round the browser's cache, whose copy may be the damaged one. */
  readonly cache: RequestCache;
  /** Bytes so far, of the current attempt. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** Pauses before the second, third and fourth attempt. */
const pausesMs = [400, 1200, 3600] as const;
/** A connection that sends nothing for this long has failed. */
const stallMs = 20_000;
const busyStatuses: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** @throws data/fetch, when the file cannot be had */
export async function download(url: string, options: DownloadOptions): Promise<Uint8Array<ArrayBuffer>> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await attemptDownload(url, options);
    } catch (error) {
      const pauseMs = pausesMs[attempt];
      if (error instanceof Refusal || pauseMs === undefined) throw explain(url, error);
      await options.wait(pauseMs);
    }
  }
}

/** An HTTP status that another attempt would only repeat. */
class Refusal extends Error {}

async function attemptDownload(url: string, options: DownloadOptions): Promise<Uint8Array<ArrayBuffer>> {
  const abort = new AbortController();
  let timer = setTimeout(() => undefined, 0);
  const expectMore = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      abort.abort(new Error(`nothing arrived for ${stallMs / 1000} seconds`));
    }, stallMs);
  };
  try {
    expectMore();
    const response = await options.fetch(url, { signal: abort.signal, cache: options.cache });
    if (!response.ok) {
      const reason = `the server answered ${response.status}`;
      throw busyStatuses.has(response.status) ? new Error(reason) : new Refusal(reason);
    }
    return await readBody(response, (bytes) => {
      expectMore();
      options.onBytes?.(bytes);
    });
  } finally {
    clearTimeout(timer);
  }
}

async function readBody(response: Response, onBytes: (bytes: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  if (!reader) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
    onBytes(length);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

function explain(url: string, error: unknown): AppError {
  const file = url.slice(url.lastIndexOf('/') + 1);
  const reason = error instanceof Error ? error.message : String(error);
  const advice =
    error instanceof Refusal
      ? 'The site may be incomplete; try again, or build it anew.'
      : 'You may be offline: check the connection and try again.';
  return new AppError('data/fetch', `The MNIST file ${file} could not be fetched. ${advice}`, `${url}: ${reason}`);
}
