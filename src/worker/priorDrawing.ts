/** Draws embeddings of pictures with unCLIP's prior: the same reverse loop as for pictures, in a space of 32 numbers. */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors';
import { normalised } from '../data/embeddings';
import { levelsFor } from '../diffusion/levels';
import { sample, type Frame } from '../diffusion/sample';
import { samplerById } from '../diffusion/samplers';
import { makeSchedule } from '../diffusion/schedule';
import { pictureNoise } from '../model/pictureNoise';
import { makePriorDenoiser } from '../model/prior';
import { priorScale, type PriorConfig } from '../model/priorConfig';
import { tensorOps } from '../model/tensorOps';
import type { Params } from '../model/tensors';
import { priorSchedule } from '../training/priorSettings';
import type { Device } from './device';
import type { PriorFrame, PriorRequest } from './protocol';
import { throwIfCancelled } from './requests';
import { yieldToMessages } from './yieldToMessages';

export interface PriorWalk extends Omit<PriorRequest, 'captions'> {
  /** [count · features], rows of length 1; a row of zeros is "not told". */
  readonly told: Float32Array;
}

export interface PriorContext {
  readonly device: Pick<Device, 'guard'>;
  readonly signal: AbortSignal;
}

const mostEmbeddings = 256;

/**
 * Frames as they are drawn; the last alone, if no more was asked for. Lets messages in between two steps.
 * @param params borrowed until the last frame
 * @throws range, request/cancelled, backend/lost
 */
export async function* drawEmbeddings(
  params: Params,
  config: PriorConfig,
  walk: PriorWalk,
  { device, signal }: PriorContext,
): AsyncGenerator<PriorFrame> {
  for (const frame of framesOf(params, config, walk)) {
    const isLast = frame.prediction === null;
    if (walk.frames === 'all' || isLast) yield await device.guard(read(frame, config));
    await device.guard(yieldToMessages());
    if (!isLast) throwIfCancelled(signal);
  }
}

/** The finished embeddings alone: [count · features], rows of length 1. */
export async function drawLastEmbeddings(
  params: Params,
  config: PriorConfig,
  walk: Omit<PriorWalk, 'frames'>,
  context: PriorContext,
): Promise<Float32Array> {
  for await (const { xt } of drawEmbeddings(params, config, { ...walk, frames: 'last' }, context)) return xt;
  throw new AppError('internal', 'Drawing ended without an embedding.');
}

/** Each frame's tensors are good until the next is asked for. */
function* framesOf(params: Params, config: PriorConfig, walk: PriorWalk): Generator<Frame<tf.Tensor4D>> {
  const { told, guidanceScale, seed, steps, sampler = 'ddim', samplerParams = { eta: 0 } } = walk;
  const { features } = config;
  const count = told.length / features;
  if (!Number.isInteger(count) || count < 1 || count > mostEmbeddings) {
    throw new AppError('range', `Between 1 and ${mostEmbeddings} embeddings can be drawn at once; ${count} were asked for.`);
  }
  const schedule = makeSchedule(priorSchedule);
  const levels = levelsFor({ schedule, steps, spacing: 'trailing' });
  const noises = pictureNoise(seed, [count, 1, 1, features]);
  const chosen = samplerById(sampler);
  const isGuided = guidanceScale !== 1 && told.some((value) => value !== 0);
  const captions = tf.tidy(() => tf.mul<tf.Tensor2D>(tf.tensor2d(told, [count, features]), priorScale(config)));
  const x = noises('start');
  try {
    yield* sample<tf.Tensor4D>({
      sampler: chosen,
      values: samplerParams,
      levels,
      x,
      denoise: makePriorDenoiser({ params, config, schedule, captions, guidanceScale: isGuided ? guidanceScale : 1 }),
      noise: () => noises('step'),
      ops: tensorOps,
      evaluationsPerCall: isGuided ? 2 : 1,
      memory: { scope: (step) => tf.tidy(step), release: (value) => value.dispose() },
    });
  } finally {
    tf.dispose([captions, x]);
  }
}

async function read({ i, level, nfe, x, prediction }: Frame<tf.Tensor4D>, config: PriorConfig): Promise<PriorFrame> {
  const scale = priorScale(config);
  const values = async (tensor: tf.Tensor): Promise<Float32Array> =>
    (await tensor.data<'float32'>()).map((value) => value / scale);
  const [xt, x0] = await Promise.all([values(x), prediction ? values(prediction.x0) : null]);
  const isLast = prediction === null;
  return { i, t: level.t, alphaBar: level.alphaBar, nfe, xt: isLast ? normalised(xt, config.features) : xt, x0 };
}
