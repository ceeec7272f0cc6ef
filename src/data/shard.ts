/** One shard: a run of pictures and labels that is fetched, checked and kept as a whole. */
import { crc32 } from '../base/checksum';
import { AppError } from '../base/errors';
import { imageBytes, type ShardEntry } from './manifest';

export interface Shard {
  readonly count: number;
  /** [count, 28, 28], 0 (paper) … 255 (ink). */
  readonly images: Uint8Array;
  /** [count], 0 … 9. */
  readonly labels: Uint8Array;
}

const gzipMagic = [0x1f, 0x8b] as const;

/**
 * Unpacks a downloaded file and compares it with what the manifest says of it.
 * @throws data/format, when it is truncated, damaged, or not this shard at all
 */
export async function unpackShard(packed: Uint8Array<ArrayBuffer>, entry: ShardEntry): Promise<Shard> {
  if (packed[0] !== gzipMagic[0] || packed[1] !== gzipMagic[1]) {
    throw damaged(entry, startsLikeHtml(packed) ? 'the server sent a web page in its place' : 'it is not a compressed file');
  }
  if (packed.length !== entry.bytes) throw damaged(entry, `${packed.length} bytes of ${entry.bytes} arrived`);
  const bytes = await gunzip(packed, entry);
  const expected = entry.count * (imageBytes + 1);
  if (bytes.length !== expected) {
    throw damaged(entry, `${entry.count} pictures need ${expected} bytes, and it holds ${bytes.length}`);
  }
  if (crc32(bytes) !== entry.crc32) throw damaged(entry, 'its checksum is wrong');
  return {
    count: entry.count,
    images: bytes.subarray(0, entry.count * imageBytes),
    labels: bytes.subarray(entry.count * imageBytes),
  };
}

async function gunzip(packed: Uint8Array<ArrayBuffer>, entry: ShardEntry): Promise<Uint8Array> {
  try {
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (error) {
    throw damaged(entry, 'it cannot be unpacked', String(error));
  }
}

function startsLikeHtml(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 64)).trimStart().startsWith('<');
}

function damaged(entry: ShardEntry, reason: string, detail?: string): AppError {
  const message = `The file ${entry.file} of MNIST digits arrived damaged: ${reason}. What was loaded before is still in use; try again.`;
  return new AppError('data/format', message, detail);
}
