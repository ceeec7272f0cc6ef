/** unCLIP's parts learn: pairs that are to be told apart, and embeddings that are to be found in noise. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { createRng } from '../../src/base/rng';
import { tokenize } from '../../src/data/captions/tokenizer';
import type { ContrastiveConfig } from '../../src/model/contrastiveConfig';
import { contrastiveObjective, type ContrastiveBatch } from '../../src/training/contrastive';
import { contrastiveConfig, contrastiveSettings, isContrastiveMuon } from '../../src/training/contrastiveSettings';
import { createPartRun } from '../../src/training/partRun';
import { noisedEmbeddings, priorObjective } from '../../src/training/prior';
import { priorSettings } from '../../src/training/priorSettings';
import { useWasmBackend } from '../support/wasmBackend';

beforeAll(useWasmBackend);
vi.setConfig({ testTimeout: 60_000 });

const config: ContrastiveConfig = {
  ...contrastiveConfig,
  imageSize: 8,
  widths: [8, 8],
  text: { ...contrastiveConfig.text, width: 16, hidden: 16, layers: 1, heads: 2 },
  features: 8,
};

/** Column k is bright, and the caption says k. */
function bars(step: number): ContrastiveBatch {
  const side = config.imageSize;
  const order = createRng(step, 'bars').permutation(side);
  const x0 = new Float32Array(side ** 3).fill(-1);
  order.forEach((column, i) => {
    for (let row = 0; row < side; row += 1) x0[(i * side + row) * side + column] = 1;
  });
  return { x0, tokens: Int32Array.from([...order].flatMap((column) => [...tokenize(`a ${column}`).ids])) };
}

describe('the embedding', () => {
  test('learns which caption belongs to which picture, from knowing nothing, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const settings = { ...contrastiveSettings, learningRate: 1e-2, warmupSteps: 5, decay: null };
    const run = createPartRun(contrastiveObjective(config, config.imageSize), settings, 3);
    const losses: number[] = [];
    for (let step = 1; step <= 60; step += 1) {
      run.step(bars(step));
      losses.push(...(await run.flush()).map(({ loss }) => loss));
    }
    expect(losses[0]).toBeGreaterThan(0.6 * Math.log(8));
    expect(losses.at(-1)).toBeLessThan(0.05);
    run.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('Muon takes convolutions and matrices, and no table, norm, bias or last layer', () => {
    const own = contrastiveObjective()
      .parameters.map(({ name }) => name)
      .filter(isContrastiveMuon);
    expect(own).toEqual(
      [
        ...['image.down', 'image.0', 'image.1'],
        ...[0, 1].flatMap((i) => ['query', 'key', 'value', 'out', 'feed1', 'feed2'].map((part) => `text.${i}.${part}`)),
      ].map((name) => `${name}.weight`),
    );
  });
});

describe('the prior', () => {
  const small = { features: 4, width: 16, blocks: 1, timeFeatures: 8 };
  const pairs = { pictures: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0), captions: Float32Array.of(0, 0, 1, 0, 0, 0, 0, 1) };

  test('sees noised, scaled embeddings, each with its own caption or with none', () => {
    const { t, noised, clean, captions } = noisedEmbeddings(pairs, createRng(1), small, 200);
    expect(Math.min(...t)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...t)).toBeLessThanOrEqual(1000);
    let hidden = 0;
    for (let row = 0; row < 200; row += 1) {
      const [x0, told] = [clean, captions].map((all) => [...all.subarray(row * 4, row * 4 + 4)]);
      const isFirst = x0?.[0] === 2;
      expect(x0).toEqual(isFirst ? [2, 0, 0, 0] : [0, 2, 0, 0]);
      if (told?.every((value) => value === 0)) hidden += 1;
      else expect(told).toEqual(isFirst ? [0, 0, 2, 0] : [0, 0, 0, 2]);
      if (t[row] === 1) expect(Math.abs((noised[row * 4] ?? NaN) - (clean[row * 4] ?? NaN))).toBeLessThan(0.5);
    }
    expect(hidden).toBeGreaterThan(5);
    expect(hidden).toBeLessThan(45);
    expect(noisedEmbeddings(pairs, createRng(1), small, 200).noised).toEqual(noised);
  });

  test('learns to find a picture in noise from its caption', async () => {
    const before = tf.memory().numTensors;
    const run = createPartRun(priorObjective(small, 64), { ...priorSettings, learningRate: 1e-2, warmupSteps: 5 }, 3);
    const losses: number[] = [];
    for (let step = 1; step <= 150; step += 1) {
      run.step(noisedEmbeddings(pairs, createRng(step), small, 64));
      losses.push(...(await run.flush()).map(({ loss }) => loss));
    }
    const last = losses.slice(-20).reduce((sum, loss) => sum + loss, 0) / 20;
    expect(losses[0]).toBeGreaterThan(0.5);
    // One in ten is told nothing, and can only guess where there is much noise.
    expect(last).toBeLessThan(0.15);
    run.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
