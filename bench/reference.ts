/** What our own code makes of one batch, as a file for another implementation to compare itself with (pytorchStep.py). */
import { readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { createRng } from '../src/base/rng';
import { createBatches, fillBatch } from '../src/data/batches';
import { makeSchedule } from '../src/diffusion/schedule';
import type { NamedArray } from '../src/model/config';
import { checkWeights, decodeSafetensors, encodeSafetensors } from '../src/model/safetensors';
import { disposeAll, toArrays, toTensors, type Params } from '../src/model/tensors';
import { unet } from '../src/model/unet';
import { clipFactor, globalNorm } from '../src/training/clip';
import { emaDecay, emaStep } from '../src/training/ema';
import { batchGradients } from '../src/training/gradients';
import { lossWeight } from '../src/training/loss';
import { noiseBatch } from '../src/training/noising';
import { optimizerStep, warmup, type Weights } from '../src/training/optimizer';
import { recipes } from '../src/training/recipes';
import { trainedBy } from '../src/training/weightsState';
import { allDigits, startEngine } from '../scripts/pretrain/engine';

const seed = 7;
const recipe = recipes.quick;

/** Enough that momentum, moments and the average of weights have something to remember. */
const steps = 3;

/** The first optimiser steps from the weights in a file, all on one batch: the network's answer, loss and gradient norm, and what the weights are after them. */
export async function writeReference(weightsFile: string, referenceFile: string): Promise<void> {
  await startEngine();
  const { store } = await allDigits();
  const { arrays } = decodeSafetensors(readFileSync(weightsFile));
  checkWeights(arrays, recipe.model);
  const schedule = makeSchedule(recipe.schedule);
  const pictures = fillBatch(store, createBatches({ counts: store.counts, seed, batchSize: recipe.batchSize }).indices(0));
  const noised = noiseBatch(pictures, recipe, schedule, createRng(seed, 'train').fork('step', 1));
  const side = recipe.model.imageSize;
  const shape = [recipe.batchSize, side, side, 1] as const;

  const start = toTensors(arrays);
  const zeros = (): Params => Object.fromEntries(Object.entries(start).map(([name, tensor]) => [name, tf.zerosLike(tensor)]));
  const results = tf.tidy(() => {
    const [xt, t] = [tf.tensor4d(noised.xt, [...shape]), tf.tensor1d(Float32Array.from(noised.t))];
    const output = unet(start, recipe.model, xt, t, schedule.T, { labels: noised.labels });
    const first = batchGradients(recipe, schedule, start, noised);
    const loss = tf.mean(tf.mul(first.errors, tf.tensor1d(lossWeights(noised.alphaBar))));
    let weights: Weights = { param: start, ema: start, adamM: zeros(), adamV: zeros(), muon: zeros() };
    for (let step = 1; step <= steps; step += 1) {
      const { gradients } = batchGradients(recipe, schedule, weights.param, noised);
      const clip = clipFactor(globalNorm(gradients), recipe.clipNorm);
      const next = optimizerStep(
        { ...recipe, isMuon: trainedBy(recipe).isMuon },
        weights,
        gradients,
        clip,
        step,
        warmup(recipe, step),
      );
      weights = { ...next, ema: emaStep(weights.ema, next.param, emaDecay(recipe.ema, step)) };
    }
    const after = { ...prefixed('after/', weights.param), ...prefixed('ema/', weights.ema) };
    return { output, loss, gradientNorm: globalNorm(first.gradients), ...after };
  });
  const given = {
    xt: { shape, data: noised.xt },
    target: { shape, data: noised.target },
    t: vector(noised.t),
    labels: vector(noised.labels),
    lossWeights: vector(lossWeights(noised.alphaBar)),
  };
  writeFileSync(
    referenceFile,
    encodeSafetensors({ ...given, ...(await toArrays(results)) }, { settings: settings(store.counts) }),
  );
  disposeAll(results);
  disposeAll(start);
}

function lossWeights(alphaBar: Float64Array): Float32Array {
  return Float32Array.from(alphaBar, (level) => lossWeight(recipe, level));
}

function vector(values: ArrayLike<number>): NamedArray {
  return { shape: [values.length], data: Float32Array.from(values) };
}

function prefixed(prefix: string, params: Params): Params {
  return Object.fromEntries(Object.entries(params).map(([name, tensor]) => [prefix + name, tensor]));
}

/** All that the recipe says and a training step needs, as JSON. */
function settings(counts: readonly number[]): string {
  const { batchSize, timestepExponent, snrWeightCap, learningRate, muonLearningRate, warmupSteps, clipNorm, labelDropout } =
    recipe;
  const { T, alphasCumprod } = makeSchedule(recipe.schedule);
  return JSON.stringify({
    ...{ batchSize, timestepExponent, snrWeightCap, warmupSteps, clipNorm, labelDropout, T },
    ...{ adamRate: learningRate, muonRate: muonLearningRate },
    alphasCumprod: [...alphasCumprod],
    pictures: counts[0] ?? 0,
    referenceSteps: steps,
  });
}
