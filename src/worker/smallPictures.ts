/** What an upsampler looks at while it draws: the smaller pictures that it was given, enlarged, and noised if that was asked for. */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors';
import { createRng } from '../base/rng';
import { enlarge } from '../data/resize';
import { augment, augmentationLevels } from '../diffusion/augmentation';
import type { Schedule } from '../diffusion/types';
import type { Model } from './model';
import type { SampleRequest } from './protocol';

/** A name of its own, so that this noise and the noise that pictures start from have nothing in common. */
const stream = 'augmentation';

/**
 * @returns [count, S, S, 1], the caller's; null for a network that sees none
 * @throws range, when such a picture is missing, not wanted, or its noise is out of range; shape, when it is of another size
 */
export function smallPictures(
  model: Model,
  { condition, seed, labels }: Pick<SampleRequest, 'condition' | 'seed' | 'labels'>,
  schedule: Schedule,
): tf.Tensor4D | null {
  const { imageSize, conditionChannels } = model.config;
  checkWanted(conditionChannels > 0, condition !== undefined);
  if (!condition) return null;
  const { pixels, augmentation } = condition;
  checkAugmentation(model, augmentation);
  const count = labels.length;
  const side = sideOf(model, pixels.length, count);
  const large = enlarge(pixels, side, imageSize);
  const [rng, length] = [createRng(seed, stream), imageSize * imageSize];
  const noised = new Float32Array(large.length);
  for (let i = 0; i < count; i += 1) {
    // Each picture by itself, as its other noise is: more pictures never change the first.
    const own = large.subarray(i * length, (i + 1) * length);
    noised.set(augment({ pixels: own, k: augmentation, schedule, rng: rng.fork(i) }), i * length);
  }
  return tf.tensor4d(noised, [count, imageSize, imageSize, 1]);
}

function checkWanted(isWanted: boolean, isThere: boolean): void {
  if (isWanted === isThere) return;
  const message = isWanted
    ? 'This network makes a small picture larger, and no small picture was given. Draw one first, and hand it over.'
    : 'This network draws from noise alone; it was given a small picture, which it cannot look at.';
  throw new AppError('range', message);
}

/** A network that is told of the noise knows so many levels; one that is not may be given any of them. */
function checkAugmentation({ config }: Model, augmentation: number): void {
  const levels = config.augmentationLevels > 0 ? config.augmentationLevels : augmentationLevels;
  if (Number.isInteger(augmentation) && augmentation >= 0 && augmentation < levels) return;
  throw new AppError('range', `Noise on the small picture has the levels 0 to ${levels - 1}; ${augmentation} was asked for.`);
}

function sideOf({ config, lowResolution }: Model, values: number, count: number): number {
  const side = Math.sqrt(values / count);
  const isRight = lowResolution ? side === lowResolution.side : Number.isInteger(side) && side > 0 && side < config.imageSize;
  if (isRight) return side;
  const wanted = lowResolution
    ? `${lowResolution.side} × ${lowResolution.side}`
    : `less than ${config.imageSize} × ${config.imageSize}`;
  throw new AppError('shape', `The small pictures should be ${count} of ${wanted} pixels each; ${values} values were given.`);
}
