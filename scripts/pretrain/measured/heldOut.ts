/** How far x̂₀ is from digits that nobody trained on: at fixed timesteps and with fixed noise, hence far less a matter of luck than a Fréchet distance. */
import * as tf from '@tensorflow/tfjs-core';
import { createRng } from '../../../src/base/rng';
import { imageBytes, imageSide } from '../../../src/data/manifest';
import { diffuse } from '../../../src/diffusion/forward';
import { float32Ops } from '../../../src/diffusion/ops';
import { ownerOf, type Interval } from '../../../src/diffusion/experts';
import { levelAt, makeSchedule } from '../../../src/diffusion/schedule';
import { unet } from '../../../src/model/unet';
import type { Model } from '../../../src/worker/drawing';
import type { LabelledDigits } from '../realDigits';

export interface Owner {
  readonly model: Model;
  readonly interval: Interval;
}

const atOnce = 100;

/**
 * Each digit at its own t, by whoever owns that; told its class, averages of weights, x̂₀ not limited to −1 … 1.
 * @param times [digits], 1..T
 * @returns [digits], mean over a picture's pixels
 */
export async function x0Errors(
  owners: readonly Owner[],
  digits: LabelledDigits,
  times: readonly number[],
): Promise<Float32Array> {
  const intervals = owners.map(({ interval }) => interval);
  const errors = new Float32Array(times.length);
  const noise = createRng(0, 'held out');
  for (const [i, { model }] of owners.entries()) {
    const own = times.flatMap((t, picture) => (ownerOf(intervals, t) === i ? [picture] : []));
    for (let first = 0; first < own.length; first += atOnce) {
      const pictures = own.slice(first, first + atOnce);
      const found = await errorsOf(model, digits, pictures, times, (picture) => noise.fork(picture).normals(imageBytes));
      pictures.forEach((picture, place) => (errors[picture] = found[place] ?? NaN));
    }
  }
  return errors;
}

async function errorsOf(
  { params, config, schedule: schedules, predictionType }: Model,
  { pixels, labels }: LabelledDigits,
  pictures: readonly number[],
  times: readonly number[],
  noiseOf: (picture: number) => Float32Array,
): Promise<Float32Array> {
  if (predictionType !== 'x0') throw new Error('A network that predicts something else than x₀ would need its answer converted.');
  const schedule = makeSchedule(schedules);
  const clean = new Float32Array(pictures.length * imageBytes);
  const noised = new Float32Array(clean.length);
  pictures.forEach((picture, place) => {
    const x0 = pixels.subarray(picture * imageBytes, (picture + 1) * imageBytes);
    const level = levelAt(schedule, times[picture] ?? NaN);
    clean.set(x0, place * imageBytes);
    noised.set(diffuse({ x0, eps: noiseOf(picture), level, ops: float32Ops }), place * imageBytes);
  });
  const errors = tf.tidy(() => {
    const shape: [number, number, number, number] = [pictures.length, imageSide, imageSide, 1];
    const t = tf.tensor1d(pictures.map((picture) => times[picture] ?? NaN));
    const told = Int32Array.from(pictures, (picture) => labels[picture] ?? NaN);
    const x0 = unet(params, config, tf.tensor4d(noised, shape), t, schedule.T, { labels: told });
    return tf.mean(tf.square(tf.sub(x0, tf.tensor4d(clean, shape))), [1, 2, 3]);
  });
  const values = await errors.data<'float32'>();
  errors.dispose();
  return values;
}
