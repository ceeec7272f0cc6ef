/** The judge that ships with the page, and what it was measured against. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { frechetDistance, gaussianOf } from '../../src/evaluation/frechet';
import { judgeConfig } from '../../src/evaluation/judgeConfig';
import { judgePath, readJudge, readReference, referencePath } from '../../src/evaluation/judgeFiles';
import { judgePictures, type Judged } from '../../src/evaluation/judgePictures';
import { accuracy, judgedClasses } from '../../src/evaluation/metrics';
import { qualityOf } from '../../src/evaluation/quality';
import { encodeSafetensors } from '../../src/model/safetensors';
import { disposeAll, toTensors, type Params } from '../../src/model/tensors';
import { expectError } from '../support/expectError';
import { realDigits } from '../support/realBatches';
import { useWasmBackend } from '../support/wasmBackend';

const publicFile = (path: string): Uint8Array => readFileSync(fileURLToPath(new URL(`../../public/${path}`, import.meta.url)));
const record = JSON.parse(new TextDecoder().decode(publicFile('recorded/judge.json'))) as Record<string, number>;
const reference = readReference(publicFile(referencePath));

/** Half of them from the pictures that the reference was made of, half from those after. */
const [first, count] = [4000, 2000];
const digits = realDigits('t10k').batch(Array.from({ length: count }, (_, i) => first + i));
let params: Params;
let judged: Judged;
beforeAll(async () => {
  await useWasmBackend();
  params = toTensors(readJudge(publicFile(judgePath)));
  judged = await judgePictures(params, judgeConfig, digits.x0);
});
afterAll(() => disposeAll(params));

test('knows at least 98.5% of real test digits, here and on record', () => {
  expect(accuracy(judgedClasses(judged.probabilities, 10), [...digits.labels])).toBeGreaterThan(0.985);
  expect(record['accuracyF16']).toBeGreaterThanOrEqual(record['accuracyF32'] ?? NaN);
  expect(record['accuracyF16']).toBeGreaterThan(0.985);
  expect(record['testPictures']).toBe(10_000);
});

test('real digits are near the reference, noise is far from it', async () => {
  const features = (from: Judged): ReturnType<typeof gaussianOf> => gaussianOf(from.features, 64);
  const real = frechetDistance(features(judged), reference);
  expect(real).toBeLessThan(10);
  const noise = await judgePictures(params, judgeConfig, createRng(1).normals(500 * 784));
  expect(frechetDistance(features(noise), reference)).toBeGreaterThan(50 * real);
});

test('the reference is what the judge makes of the first test digits', async () => {
  const some = await judgePictures(params, judgeConfig, realDigits('t10k').batch(Array.from({ length: 5000 }, (_, i) => i)).x0);
  const again = gaussianOf(some.features, 64);
  expect(frechetDistance(again, reference)).toBeLessThan(0.01);
});

test('all measurements of real digits are those of real digits', () => {
  const part = digits.x0.subarray(0, 500 * 784);
  const of = { pixels: part, asked: [...digits.labels.subarray(0, 500)], judged: partOf(judged, 500) };
  const { c90, accuracy: right, balance, midInk, variety } = qualityOf(of, reference);
  expect(c90).toBeGreaterThan(0.95);
  expect(right).toBeGreaterThan(0.97);
  expect(balance).toBeGreaterThan(2.28);
  expect(balance).toBeLessThanOrEqual(Math.log(10));
  expect(midInk).toBeGreaterThan(0.4); // 0.46 for training digits
  expect(midInk).toBeLessThan(0.55);
  expect(variety).toBeGreaterThan(15); // 18.1 for training digits
  expect(variety).toBeLessThan(20);
});

test('a file of another network is refused', () => {
  const other = encodeSafetensors({ mean: { shape: [2], data: Float32Array.of(1, 2) } }, {});
  expectError(() => readJudge(other), 'weights/format');
  expectError(() => readReference(other), 'weights/format');
});

function partOf({ probabilities, features }: Judged, pictures: number): Judged {
  return { probabilities: probabilities.subarray(0, pictures * 10), features: features.subarray(0, pictures * 64) };
}
