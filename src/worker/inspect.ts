/** What every layer makes of one noised picture. */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors';
import { createRng } from '../base/rng';
import { diffuse } from '../diffusion/forward';
import { pixelClip, toPrediction } from '../diffusion/parameterization';
import { levelAt, makeSchedule } from '../diffusion/schedule';
import type { NamedArray } from '../model/config';
import { tensorOps } from '../model/tensorOps';
import { disposeAll, toArrays } from '../model/tensors';
import { mapsSuffix, unet } from '../model/unet';
import type { Device } from './device';
import type { Model } from './model';
import type { Answer, Ask, FeatureMap } from './protocol';

/** @throws range, shape, backend/lost */
export async function inspect(
  model: Model,
  ask: Omit<Ask<'inspect'>, 'runId'>,
  device: Pick<Device, 'guard'>,
): Promise<Answer<'inspect'>> {
  const { imageSize, channels, classes } = model.config;
  const pixels = imageSize * imageSize * channels;
  if (ask.x0.length !== pixels)
    throw new AppError('shape', `The picture has ${ask.x0.length} values; the network takes ${pixels}.`);
  const schedule = makeSchedule(model.schedule);
  const level = levelAt(schedule, ask.t);
  const shape: [number, number, number, number] = [1, imageSize, imageSize, channels];
  const maps: Record<string, tf.Tensor> = {};

  const { xt, x0 } = tf.tidy(() => {
    const clean = tf.tensor4d(ask.x0, shape);
    const eps = tf.tensor4d(createRng(ask.seed, 'inspect').normals(pixels), shape);
    const noised = diffuse({ x0: clean, eps, level, ops: tensorOps });
    const labels = classes > 0 ? Int32Array.of(ask.label ?? classes) : null;
    const tokens = model.config.text ? new Int32Array(model.config.text.places) : undefined; // told nothing
    const told = { labels, tokens };
    const output = unet(model.params, model.config, noised, tf.tensor1d([ask.t]), schedule.T, told, (name, activation) => {
      if (name.endsWith(mapsSuffix)) return; // of words, not of features
      maps[name] = tf.keep(tf.transpose(tf.squeeze<tf.Tensor3D>(activation, [0]), [2, 0, 1])); // [channels, side, side]
    });
    const read = { type: model.predictionType, output, xt: noised, level, ops: tensorOps, clip: pixelClip };
    return { xt: noised, x0: toPrediction(read).x0 };
  });
  const all = { xt, x0, ...prefixed(maps) };
  try {
    const arrays = await device.guard(toArrays(all));
    return {
      xt: arrays['xt']?.data ?? new Float32Array(),
      x0: arrays['x0']?.data ?? new Float32Array(),
      maps: Object.keys(maps).flatMap((name) => featureMap(name, arrays[prefix + name])),
    };
  } finally {
    disposeAll(all);
  }
}

/** Keeps the layers' names apart from the two pictures'. */
const prefix = 'map/';

function prefixed(maps: Readonly<Record<string, tf.Tensor>>): Record<string, tf.Tensor> {
  return Object.fromEntries(Object.entries(maps).map(([name, tensor]) => [prefix + name, tensor]));
}

function featureMap(name: string, array: NamedArray | undefined): FeatureMap[] {
  const [channels, side] = array?.shape ?? [];
  return array && channels !== undefined && side !== undefined ? [{ name, channels, side, values: array.data }] : [];
}
