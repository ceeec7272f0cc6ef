/**
 * The toy: a mixture of three round Gaussians in the plane, for which the best possible network is a formula. The samplers walk
 * on it as they walk on pictures, with points in the place of pixels, and what they should reach is known exactly.
 */
import { median } from 'd3';
import { createRng } from '$lib/base/rng';
import { levelsFor } from '$lib/diffusion/levels';
import { mixtureDenoiser, responsibilities, type Mixture } from '$lib/diffusion/mixture';
import { arrayOps } from '$lib/diffusion/ops';
import { sample } from '$lib/diffusion/sample';
import { samplerById } from '$lib/diffusion/samplers';
import type { SamplerValues } from '$lib/diffusion/samplers/define';
import { defaultSchedules, makeSchedule } from '$lib/diffusion/schedule';
import type { NoiseLevel, TimestepSpacing } from '$lib/diffusion/types';

export const toyMixture = [
  { weight: 2, mean: [-1, 0.5], std: 0.2 },
  { weight: 1, mean: [1, -0.5], std: 0.3 },
  { weight: 1, mean: [0.6, 1], std: 0.15 },
] as const satisfies Mixture;

export const toySchedule = makeSchedule(defaultSchedules.cosine);

export interface ToyWalk {
  readonly sampler: string;
  readonly values: SamplerValues;
  readonly steps: number;
  readonly spacing: TimestepSpacing;
  readonly points: number;
  /** Chooses the first noise, the same for every sampler, and the dice on the way, which are each sampler's own. */
  readonly seed: number;
}

export interface ToyFrame {
  readonly level: NoiseLevel;
  /** Evaluations spent to get here. */
  readonly nfe: number;
  /** x, y, x, y, … of all points. */
  readonly x: Float64Array;
}

/**
 * The walk, moment by moment.
 * @throws range, for steps or settings that the schedule or the sampler does not have
 */
export function* toyWalk({ sampler, values, steps, spacing, points, seed }: ToyWalk): Generator<ToyFrame, void, void> {
  const rng = createRng(seed, 'toy');
  const dice = rng.fork('dice', sampler);
  const frames = sample({
    sampler: samplerById(sampler),
    values,
    levels: levelsFor({ schedule: toySchedule, steps, spacing }),
    x: Float64Array.from(rng.fork('start').normals(2 * points)),
    denoise: mixtureDenoiser(toyMixture),
    noise: () => Float64Array.from(dice.normals(2 * points)),
    ops: arrayOps,
  });
  for (const { level, nfe, x } of frames) yield { level, nfe, x };
}

export interface Landing {
  /** Share of the points that lie nearest in likelihood to each of the three; the truth is ½, ¼, ¼. */
  readonly shares: readonly number[];
  /**
   * How wide the three are, as a share of what they should be: 1 is right, less is too narrow. From the middle one of all
   * distances, which a few points that strayed between the three do not move.
   */
  readonly width: number;
}

/** What the points of a finished walk amount to. */
export function landing(x: Float64Array): Landing {
  const counts = toyMixture.map(() => 0);
  const distances: number[] = [];
  for (let i = 0; i < x.length; i += 2) {
    const point = x.subarray(i, i + 2);
    const likely = responsibilities(toyMixture, clean, point);
    const k = likely.indexOf(Math.max(...likely));
    const component = toyMixture[k];
    if (!component) continue;
    counts[k] = (counts[k] ?? 0) + 1;
    distances.push(Math.hypot(...component.mean.map((mu, axis) => (point[axis] ?? 0) - mu)) / component.std);
  }
  return { shares: counts.map((count) => (2 * count) / x.length), width: (median(distances) ?? NaN) / medianDistance };
}

/** Of a round Gaussian of deviation 1 in the plane: P(r > m) = exp(−m²/2) = ½. */
const medianDistance = Math.sqrt(2 * Math.LN2);

const clean: NoiseLevel = { t: 0, alphaBar: 1 };

/** The way of one point through the moments 0 … last, x, y, x, y, …. */
export function trailOf(frames: readonly ToyFrame[], point: number, last: number): Float64Array {
  const trail = new Float64Array(2 * Math.min(last + 1, frames.length));
  for (let i = 0; 2 * i < trail.length; i += 1) trail.set(frames[i]?.x.subarray(2 * point, 2 * point + 2) ?? [], 2 * i);
  return trail;
}

/** How often a way turns: the sum of its turns, in radians. A straight way has 0. */
export function turning(trail: Float64Array): number {
  let sum = 0;
  for (let i = 4; i < trail.length; i += 2) {
    const at = (k: number): number => trail[k] ?? 0;
    const [ax, ay] = [at(i - 2) - at(i - 4), at(i - 1) - at(i - 3)];
    const [bx, by] = [at(i) - at(i - 2), at(i + 1) - at(i - 1)];
    sum += Math.abs(Math.atan2(ax * by - ay * bx, ax * bx + ay * by));
  }
  return sum;
}
