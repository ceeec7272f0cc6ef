/** A weight file from the site. */
import { AppError } from '../base/errors';

/**
 * @param message what the reader is told when it cannot be had
 * @throws data/fetch
 */
export async function fetchWeights(url: string, fetchFile: typeof fetch, message: string): Promise<Uint8Array> {
  const unreachable = (detail: string): AppError => new AppError('data/fetch', message, detail);
  const response = await fetchFile(url).catch((thrown: unknown) => {
    throw unreachable(String(thrown));
  });
  if (!response.ok) throw unreachable(`${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}
