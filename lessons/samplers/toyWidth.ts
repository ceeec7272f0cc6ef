/**
 * The width of what a sampler draws, without drawing: on data that are one Gaussian the best network is linear, so that every x
 * of the walk is a sum of independent noises with known weights. A random variable is written as its weights,
 * [mean, weight of the first noise, weight of the noise of step 1, …], and the samplers run on that as they run on pictures.
 * Mean and deviation are exact; no dice are thrown.
 */
import { levelsFor } from '$lib/diffusion/levels';
import { arrayOps } from '$lib/diffusion/ops';
import { trajectory } from '$lib/diffusion/sample';
import { samplerById } from '$lib/diffusion/samplers';
import type { SamplerValues } from '$lib/diffusion/samplers/define';
import type { Denoiser, Schedule, TimestepSpacing } from '$lib/diffusion/types';

export interface Bell {
  readonly mean: number;
  readonly std: number;
}

export interface WidthRequest {
  readonly truth: Bell;
  readonly schedule: Schedule;
  readonly sampler: string;
  readonly values: SamplerValues;
  readonly steps: number;
  readonly spacing: TimestepSpacing;
}

/**
 * Mean and deviation of what the sampler would draw, starting from standard normal noise.
 * @throws range, for steps or settings that the schedule or the sampler does not have
 */
export function drawnBell({ truth, schedule, sampler: id, values, steps, spacing }: WidthRequest): Bell {
  const sampler = samplerById(id);
  // the mean, the first noise, and no more fresh noises than there are evaluations
  const length = 2 + sampler.nfe(steps, values);
  let drawn = 0;
  const unit = (place: number): Float64Array => new Float64Array(length).fill(1, place, place + 1);
  const frames = trajectory({
    sampler,
    values,
    levels: levelsFor({ schedule, steps, spacing }),
    x: unit(1),
    denoise: gaussianDenoiser(truth, length),
    noise: () => unit(1 + (drawn += 1)),
    ops: arrayOps,
  });
  const [mean = NaN, ...weights] = frames.at(-1)?.x ?? [];
  return { mean, std: Math.hypot(...weights) };
}

/** E[x0|xt] and E[eps|xt] for x0 ~ N(mean, std²); linear in xt, hence in its weights. */
function gaussianDenoiser({ mean, std }: Bell, length: number): Denoiser<Float64Array> {
  const constant = new Float64Array(length).fill(1, 0, 1);
  return (xt, { alphaBar }) => {
    const signal = Math.sqrt(alphaBar);
    const noise = Math.sqrt(1 - alphaBar);
    const V = alphaBar * std * std + 1 - alphaBar;
    const pull = (signal * std * std) / V;
    return {
      x0: arrayOps.lincomb([
        [pull, xt],
        [mean * (1 - pull * signal), constant],
      ]),
      eps: arrayOps.lincomb([
        [noise / V, xt],
        [(-noise / V) * signal * mean, constant],
      ]),
    };
  };
}
