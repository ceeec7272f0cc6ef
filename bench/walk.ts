/** Times one walk from noise to pictures in the page: all of it, and what the network has of it. WASM computes at once, so a clock around a call is right. */
import * as tf from '@tensorflow/tfjs-core';
import { createRng } from '../src/base/rng';
import { levelsFor } from '../src/diffusion/levels';
import { sample } from '../src/diffusion/sample';
import { samplerById } from '../src/diffusion/samplers';
import { makeSchedule } from '../src/diffusion/schedule';
import type { TimestepSpacing } from '../src/diffusion/types';
import { makeDenoiser } from '../src/model/denoiser';
import { initialise } from '../src/model/initialise';
import { pictureNoise } from '../src/model/pictureNoise';
import { tensorOps } from '../src/model/tensorOps';
import { disposeAll, toTensors } from '../src/model/tensors';
import { recipes } from '../src/training/recipes';
import { timesOf } from './figures';

export interface WalkRequest {
  readonly sampler: string;
  readonly samplerParams: Readonly<Record<string, number | string>>;
  readonly steps: number;
  readonly spacing: TimestepSpacing;
  readonly batch: number;
}

export interface TimedWalk {
  readonly nfe: number;
  /** At best. */
  readonly ms: number;
  /** Share of the time inside network evaluations, in the median: what else the machine does falls on both parts alike. */
  readonly networkShare: number;
}

const seed = 7;
const classes = 10;

/** Short walks need more tries until one of them is left alone. */
const leastTries = 3;
const patienceMs = 600;

/** A few walks, after one of a single step to warm up. */
export async function timeWalk(request: WalkRequest): Promise<TimedWalk> {
  await timeOnce({ ...request, steps: 1 });
  const { nfe } = await timeOnce(request);
  const untilMs = performance.now() + patienceMs;
  const times: number[] = [];
  const shares: number[] = [];
  while (times.length < leastTries || performance.now() < untilMs) {
    const { ms, networkMs } = await timeOnce(request);
    times.push(ms);
    shares.push(networkMs / ms);
  }
  return { nfe, ms: timesOf(times).min, networkShare: timesOf(shares).median };
}

interface Walked {
  readonly nfe: number;
  readonly ms: number;
  readonly networkMs: number;
}

async function timeOnce({ sampler, samplerParams, steps, spacing, batch }: WalkRequest): Promise<Walked> {
  const { model, schedule: config, predictionType } = recipes.quick;
  const schedule = makeSchedule(config);
  const params = toTensors(initialise(model, createRng(seed)));
  const labels = Array.from({ length: batch }, (_, i) => i % classes);
  const denoise = makeDenoiser({ params, config: model, schedule, predictionType, labels, guidanceScale: 1, clip: true });

  const startMs = performance.now();
  let [networkMs, nfe] = [0, 0];
  const noises = pictureNoise(seed, [batch, model.imageSize, model.imageSize, model.channels]);
  const x = noises('start');
  const frames = sample<tf.Tensor4D>({
    sampler: samplerById(sampler),
    values: samplerParams,
    levels: levelsFor({ schedule, steps, spacing }),
    x,
    denoise: (at, level) => {
      const before = performance.now();
      const prediction = denoise(at, level);
      networkMs += performance.now() - before;
      return prediction;
    },
    noise: () => noises('step'),
    ops: tensorOps,
    memory: { scope: (step) => tf.tidy(step), release: (value) => value.dispose() },
  });
  for (const frame of frames) {
    if (frame.prediction !== null) continue;
    await frame.x.data();
    nfe = frame.nfe;
  }
  const ms = performance.now() - startMs;
  x.dispose();
  disposeAll(params);
  return { nfe, ms, networkMs };
}
