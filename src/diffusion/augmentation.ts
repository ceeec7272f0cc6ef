/**
 * Noise-conditioning augmentation (Ho et al. 2022, Cascaded Diffusion Models, arXiv:2106.15282, section 3.3): the smaller picture
 * that an upsampler looks at is noised by the forward process, and the upsampler is told how much. So it learns not to believe
 * every pixel of a picture that, later, another network will have made.
 */
import type { Rng } from '../base/rng';
import { diffuse } from './forward';
import { float32Ops } from './ops';
import { levelAt } from './schedule';
import type { NoiseLevel, Schedule } from './types';

/** Clean, and noised to t = 100, 200 … 500. */
export const augmentationLevels = 6;
export const timestepsPerLevel = 100;

/** @param k 0 (clean) … augmentationLevels − 1. @throws range, for a level beyond the schedule */
export function augmentationLevel(schedule: Schedule, k: number): NoiseLevel {
  return levelAt(schedule, k * timestepsPerLevel);
}

export interface Augmentation {
  /** Any number of values. */
  readonly pixels: Float32Array;
  readonly k: number;
  readonly schedule: Schedule;
  readonly rng: Rng;
}

/** @returns of the same length; the very same array for k = 0 */
export function augment({ pixels, k, schedule, rng }: Augmentation): Float32Array {
  if (k === 0) return pixels;
  return diffuse({ x0: pixels, eps: rng.normals(pixels.length), level: augmentationLevel(schedule, k), ops: float32Ops });
}
