import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countClasses, outputFolder, packData, rawFolder, readPacked, readSplit } from '../../scripts/packData';
import { parseIdx } from '../../src/data/idx';
import { imageBytes, parseManifest, type Manifest } from '../../src/data/manifest';

const raw = (name: string): Uint8Array => parseIdx(readFileSync(join(rawFolder, name)), name).values;

let folder: string;
let manifest: Manifest;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'packed-'));
  expect(packData(folder).written).toBe(true);
  manifest = parseManifest(readFileSync(join(folder, 'manifest.json'), 'utf8'));
}, 60_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('the shards hold every picture and label of MNIST, in the original order', () => {
  for (const [split, prefix] of [
    ['train', 'train'],
    ['test', 't10k'],
  ] as const) {
    const images = raw(`${prefix}-images-idx3-ubyte`);
    const labels = raw(`${prefix}-labels-idx1-ubyte`);
    let first = 0;
    for (const shard of manifest.shards.filter((entry) => entry.split === split)) {
      const bytes = gunzipSync(readFileSync(join(folder, shard.file)));
      const pixels = shard.count * imageBytes;
      expect(Buffer.compare(bytes.subarray(0, pixels), images.subarray(first * imageBytes, first * imageBytes + pixels))).toBe(0);
      expect(Buffer.compare(bytes.subarray(pixels), labels.subarray(first, first + shard.count))).toBe(0);
      first += shard.count;
    }
    expect(first).toBe(labels.length);
  }
});

test('the first shard is well under a megabyte, and has every digit about equally often', () => {
  const entry = manifest.shards[0];
  expect(entry).toMatchObject({ file: 'train-0.bin', split: 'train', count: 3000 });
  expect(entry?.bytes).toBeLessThan(600_000);
  const counts = countClasses(gunzipSync(readFileSync(join(folder, 'train-0.bin'))).subarray(3000 * imageBytes));
  expect(counts.reduce((sum, count) => sum + count)).toBe(3000);
  expect(Math.min(...counts)).toBeGreaterThan(250);
});

test('packing twice gives the same bytes', () => {
  for (const file of readdirSync(folder)) {
    expect(Buffer.compare(readFileSync(join(folder, file)), readFileSync(join(outputFolder, file))), file).toBe(0);
  }
});

test('a folder that is up to date is left alone', () => {
  expect(packData(folder)).toEqual({ manifest, written: false });
});

test.each<[string, string, (file: string) => void]>([
  ['is missing', 'train-1.bin', rmSync],
  ['is too long', 'test-0.bin', (file) => appendFileSync(file, 'x')],
  ['has a wrong byte', 'test-1.bin', flipByte],
  ['is cut short', 'test-0.bin', (file) => truncateSync(file, 1000)],
  ['is damaged', 'manifest.json', (file) => writeFileSync(file, '{')],
])('a folder in which a file %s (%s) is not up to date', (_, name, damage) => {
  const file = join(folder, name);
  const whole = readFileSync(file);
  damage(file);
  expect(readPacked(folder)).toBeNull();
  writeFileSync(file, whole);
  expect(readPacked(folder)).toEqual(manifest);
});

test('packing again replaces what is damaged and removes shards of another layout', () => {
  writeFileSync(join(folder, 'train-99.bin'), 'old');
  rmSync(join(folder, 'manifest.json'));
  expect(packData(folder).written).toBe(true);
  expect(readPacked(folder)).toEqual(manifest);
  expect(readdirSync(folder)).not.toContain('train-99.bin');
});

test('files with the wrong digits are not taken for MNIST', () => {
  const fake = mkdtempSync(join(tmpdir(), 'fake-'));
  try {
    const labels = readFileSync(join(rawFolder, 't10k-labels-idx1-ubyte'));
    labels[8] = ((labels[8] ?? 0) + 1) % 10;
    writeFileSync(join(fake, 't10k-labels-idx1-ubyte'), labels);
    writeFileSync(join(fake, 't10k-images-idx3-ubyte'), readFileSync(join(rawFolder, 't10k-images-idx3-ubyte')));
    expect(() => readSplit(fake, 'test')).toThrow(/number of each digit/);
  } finally {
    rmSync(fake, { recursive: true });
  }
});

function flipByte(file: string): void {
  const bytes = readFileSync(file);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}
