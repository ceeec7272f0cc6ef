/** The judge learns, and the same seed learns the same. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { trainJudge } from '../../scripts/pretrain/trainJudge';
import { nowhere } from '../../scripts/pretrain/savePlace';
import { realDigits as balancedDigits } from '../../scripts/quality/realDigits';
import { toBytes } from '../../src/data/pixels';
import type { JudgeConfig } from '../../src/evaluation/judgeConfig';
import type { NamedArrays } from '../../src/model/config';
import { realDigits } from '../support/realBatches';
import { useWasmBackend } from '../support/wasmBackend';

beforeAll(useWasmBackend);

const small: JudgeConfig = { imageSize: 28, widths: [8, 16], features: 32, classes: 10 };
const kept = 512;
const { x0, labels } = realDigits('train').batch(Array.from({ length: kept }, (_, i) => i));
const bytes = toBytes(x0);
const store = {
  counts: [kept],
  image: (i: number) => bytes.subarray(i * 784, (i + 1) * 784),
  label: (i: number) => labels[i] ?? 0,
};

async function trained(seed: number, steps: number): Promise<{ weights: NamedArrays; losses: readonly number[] }> {
  const losses: number[] = [];
  const { weights } = await trainJudge({
    config: small,
    seed,
    steps,
    store,
    place: nowhere,
    reportEvery: 1,
    onStep: ({ loss }) => void losses.push(loss),
  });
  return { weights, losses };
}

test('the loss falls from that of guessing', async () => {
  const { losses } = await trained(1, 80);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(losses).toHaveLength(80);
  expect(mean(losses.slice(0, 3))).toBeGreaterThan(0.95 * Math.log(10));
  expect(mean(losses.slice(-10))).toBeLessThan(0.9 * Math.log(10));
});

test('the same seed gives the same weights, another seed others; nothing is left behind', async () => {
  const before = tf.memory().numTensors;
  const first = await trained(2, 4);
  expect((await trained(2, 4)).weights).toEqual(first.weights);
  expect((await trained(3, 4)).weights['classes.weight']).not.toEqual(first.weights['classes.weight']);
  expect(tf.memory().numTensors).toBe(before);
});

test('real digits to compare with: as many of each class, each once, others for another seed', () => {
  const drawn = balancedDigits({ store, count: kept, n: 103, seed: 1 });
  const counts = Array.from({ length: 10 }, (_, digit) => drawn.asked.filter((label) => label === digit).length);
  expect(counts).toEqual([11, 11, 11, 10, 10, 10, 10, 10, 10, 10]);
  expect(drawn.pixels.length).toBe(103 * 784);
  const pictures = new Set(Array.from({ length: 103 }, (_, i) => drawn.pixels.slice(i * 784, (i + 1) * 784).join()));
  expect(pictures.size).toBe(103);
  expect(balancedDigits({ store, count: kept, n: 103, seed: 2 }).pixels).not.toEqual(drawn.pixels);
});
