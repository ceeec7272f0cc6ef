/**
 * Error against steps on the toy: how far each point ends from where the exact solution of the probability flow takes it.
 * Only for walks without dice, since nothing else has an exact end for each point. The walk goes from t = 900 to t = 100 along the
 * cosine curve at whatever moments the steps ask for: next to pure noise and next to the clean end every method falls back on
 * first order, and would hide its own.
 */
import { createRng } from '$lib/base/rng';
import { mixtureDenoiser } from '$lib/diffusion/mixture';
import { arrayOps } from '$lib/diffusion/ops';
import { sample } from '$lib/diffusion/sample';
import { samplerById } from '$lib/diffusion/samplers';
import type { SamplerValues } from '$lib/diffusion/samplers/define';
import type { NoiseLevel } from '$lib/diffusion/types';
import { toyMixture } from './toy';

export const errorSteps = [3, 5, 8, 12, 20, 32, 50, 80, 125, 200] as const;
export const firstT = 900;
export const lastT = 100;
const T = 1000;
const points = 40;
/** Of UniPC, third order here: exact to about eight places. */
const exactSteps = 1500;

export interface ErrorMethod {
  readonly sampler: string;
  readonly values: SamplerValues;
}

export const errorMethods: readonly ErrorMethod[] = [
  { sampler: 'ddim', values: { eta: 0 } },
  { sampler: 'heun', values: {} },
  { sampler: 'dpm-solver-2m', values: {} },
  { sampler: 'plms', values: {} },
  { sampler: 'unipc', values: {} },
];

export interface MeasuredError {
  readonly sampler: string;
  readonly steps: number;
  readonly nfe: number;
  /** Root mean square distance from the exact end, in the units of the points. */
  readonly error: number;
}

/** All methods at all numbers of steps. Yields null wherever it may be interrupted, and each result as it is known. */
export function* measureErrors(seed: number): Generator<MeasuredError | null, void, void> {
  const start = Float64Array.from(createRng(seed, 'toy', 'errors').normals(2 * points));
  const exact = yield* endOf({ sampler: 'unipc', values: {} }, exactSteps, start);
  for (const steps of errorSteps) {
    for (const method of errorMethods) {
      const end = yield* endOf(method, steps, start);
      const squares = end.x.reduce((sum, value, i) => sum + (value - (exact.x[i] ?? NaN)) ** 2, 0);
      yield { sampler: method.sampler, steps, nfe: end.nfe, error: Math.sqrt(squares / points) };
    }
  }
}

interface End {
  readonly x: Float64Array;
  readonly nfe: number;
}

function* endOf({ sampler, values }: ErrorMethod, steps: number, start: Float64Array): Generator<null, End, void> {
  let end: End = { x: start, nfe: 0 };
  const frames = sample({
    sampler: samplerById(sampler),
    values,
    levels: curve(steps),
    x: start,
    denoise: mixtureDenoiser(toyMixture),
    noise: () => new Float64Array(start.length), // never asked for: these walks have no dice
    ops: arrayOps,
  });
  for (const { x, nfe } of frames) {
    end = { x, nfe };
    yield null;
  }
  return end;
}

/** Nichol & Dhariwal 2021 (arXiv:2102.09672), eq. 17, between whole t's too. */
const cosineOffset = 0.008;

function curve(steps: number): readonly NoiseLevel[] {
  return Array.from({ length: steps + 1 }, (_, i) => {
    const t = firstT - ((firstT - lastT) / steps) * i;
    return { t, alphaBar: Math.cos(((t / T + cosineOffset) / (1 + cosineOffset)) * (Math.PI / 2)) ** 2 };
  });
}

export type CostKind = 'steps' | 'nfe';

/** The curve of one method: cost and error, in the order of the cost. */
export function errorCurve(
  results: readonly MeasuredError[],
  sampler: string,
  cost: CostKind,
): readonly { x: number; y: number }[] {
  return results.filter((each) => each.sampler === sampler).map((each) => ({ x: each[cost], y: each.error }));
}

/** Slope of the last stretch on log axes: what the order promises, with its sign turned. NaN with fewer than two points. */
export function lastOrder(points: readonly { readonly x: number; readonly y: number }[]): number {
  const [before, last] = points.slice(-2);
  return before && last ? -Math.log(last.y / before.y) / Math.log(last.x / before.x) : NaN;
}
