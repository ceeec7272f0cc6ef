/**
 * The table of contents of the packed data: which shard holds how many pictures, how long its file is and what its
 * checksum is. It is written by scripts/packData.ts and read by the page.
 */
import { AppError } from '../base/errors';

/** Raised whenever the layout of shards or manifest changes. */
export const manifestVersion = 1;

/** Width and height of a picture in pixels. */
export const imageSide = 28;
export const imageBytes = imageSide * imageSide;

export type Split = 'train' | 'test';

export interface ShardEntry {
  readonly file: string;
  readonly split: Split;
  /** Pictures in it. */
  readonly count: number;
  /** Length of the compressed file. */
  readonly bytes: number;
  /** CRC-32 of the unpacked bytes: count · 784 pixels, then count labels. */
  readonly crc32: number;
}

export interface Manifest {
  readonly version: typeof manifestVersion;
  /** Where the pictures come from, for whoever opens the file. */
  readonly source: string;
  readonly shards: readonly ShardEntry[];
}

/** @throws data/format, when it is not a manifest of this version with at least one training shard */
export function parseManifest(text: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const isPage = text.trimStart().startsWith('<');
    throw unreadable(isPage ? 'the server sent a web page in its place' : 'it is not JSON');
  }
  if (!isRecord(value) || typeof value['source'] !== 'string' || !Array.isArray(value['shards'])) {
    throw unreadable('it does not list any shards');
  }
  if (value['version'] !== manifestVersion) {
    throw unreadable(`it is version ${String(value['version'])}, and this page reads ${manifestVersion}`);
  }
  const entries: readonly unknown[] = value['shards'];
  const shards = entries.map((entry, i) => {
    if (!isShardEntry(entry)) throw unreadable(`entry ${i} is not a shard`);
    return entry;
  });
  if (!shards.some((shard) => shard.split === 'train')) throw unreadable('it lists no training pictures');
  return { version: manifestVersion, source: value['source'], shards };
}

function isShardEntry(value: unknown): value is ShardEntry {
  return (
    isRecord(value) &&
    typeof value['file'] === 'string' &&
    /^[\w-]+\.bin$/.test(value['file']) &&
    (value['split'] === 'train' || value['split'] === 'test') &&
    isWhole(value['count'], 1) &&
    isWhole(value['bytes'], 1) &&
    isWhole(value['crc32'], 0)
  );
}

function isWhole(value: unknown, least: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function unreadable(reason: string): AppError {
  return new AppError(
    'data/format',
    `The list of MNIST files could not be read: ${reason}. Reload the page; if that does not help, the site needs to be built again.`,
  );
}
