import { describe, expect, it } from 'vitest';
import { injectedNoise, readings, stepAt } from '../../lessons/reverse-process/filmStep';
import { createRng } from '../../src/base/rng';
import type { Film } from '../../src/data/recordedFilm';
import { posterior } from '../../src/diffusion/forward';
import { levelsFor } from '../../src/diffusion/levels';
import { float32Ops } from '../../src/diffusion/ops';
import { toPrediction } from '../../src/diffusion/parameterization';
import { trajectory } from '../../src/diffusion/sample';
import { samplerById } from '../../src/diffusion/samplers';
import { defaultSchedules, makeSchedule } from '../../src/diffusion/schedule';

const pixels = 16;

/** A film of a network that always says tanh of half of what it sees: no good, but never the same twice. */
function filmOf(sampler: string, samplerParams: Readonly<Record<string, number | string>>, steps = 6): Film {
  const rng = createRng(3, 'film step');
  const frames = trajectory({
    sampler: samplerById(sampler),
    values: samplerParams,
    levels: levelsFor({ schedule: makeSchedule(defaultSchedules.cosine), steps, spacing: 'trailing' }),
    x: rng.normals(pixels),
    denoise: (xt, level) =>
      toPrediction({ type: 'x0', output: xt.map((value) => Math.tanh(value / 2)), xt, level, ops: float32Ops }),
    noise: () => rng.normals(pixels),
    ops: float32Ops,
  }).map(({ level, x, nfe, prediction, noise }) => ({
    ...level,
    nfe,
    xt: x,
    x0: prediction?.x0 ?? null,
    eps: prediction?.eps ?? null,
    noise,
  }));
  return {
    settings: { sampler, samplerParams, steps, spacing: 'trailing', guidanceScale: 1, clip: false, seed: 3, labels: [null] },
    frames,
  };
}

function expectClose(a: ArrayLike<number>, b: ArrayLike<number>): void {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i += 1) expect(a[i]).toBeCloseTo(b[i] ?? NaN, 5);
}

describe.each([
  ['ddpm', { variance: 'small' }],
  ['ddpm', { variance: 'large' }],
  ['ddim', { eta: 0 }],
  ['ddim', { eta: 0.7 }],
] as const)('a step of %s %o', (sampler, params) => {
  const film = filmOf(sampler, params);

  it('adds up to the next frame, at every pixel of every step', () => {
    for (let i = 0; i < 6; i += 1) {
      const step = stepAt(film, i);
      if (!step) throw new Error(`no step at frame ${i}`);
      expectClose(
        step.mean.map((value, pixel) => value + step.stepStd * (step.noise?.[pixel] ?? 0)),
        film.frames[i + 1]?.xt ?? [],
      );
    }
  });

  it('has none after the last frame', () => {
    expect(stepAt(film, 6)).toBeNull();
    expect(stepAt({ ...film, frames: film.frames.slice(0, 3) }, 2)).toBeNull();
  });
});

it('mixes x̂0 and xt for DDPM, with the posterior’s weights, and x̂0 and ε̂ for DDIM', () => {
  const ddpm = stepAt(filmOf('ddpm', { variance: 'small' }), 2);
  if (!ddpm) throw new Error('no step');
  const { x0Coefficient, xtCoefficient, variance } = posterior(ddpm);
  expect(ddpm.terms.map(({ symbol, coefficient }) => [symbol, coefficient])).toEqual([
    ['x0', x0Coefficient],
    ['xt', xtCoefficient],
  ]);
  expect(ddpm.stepStd).toBeCloseTo(Math.sqrt(variance), 12);
  expect(stepAt(filmOf('ddim', { eta: 0 }), 2)?.terms.map(({ symbol }) => symbol)).toEqual(['x0', 'eps']);
});

describe('injected noise', () => {
  it('is the fresh noise times the step’s deviation', () => {
    const film = filmOf('ddpm', { variance: 'small' });
    const step = stepAt(film, 1);
    expectClose(injectedNoise(film, 1) ?? [], step?.noise?.map((value) => value * step.stepStd) ?? [NaN]);
  });

  it('is absent from DDIM with η = 0', () => {
    expect(injectedNoise(filmOf('ddim', { eta: 0 }), 1)).toBeNull();
  });
});

describe('taking ε̂ for the noise of one step', () => {
  const film = filmOf('ddpm', { variance: 'small' });
  const step = stepAt(film, 2);
  if (!step) throw new Error('no step');

  it('undoes the forward step on a noise that it does not hold', () => {
    const { before, ofOneStep, mistaken } = readings(step);
    expect(before ** 2 + step.from.alphaBar).toBeCloseTo(1, 12);
    // Put back, the mistaken picture and ε̂ give xt: it is that step's exact inverse.
    expectClose(
      mistaken.map((value, i) => Math.sqrt(1 - ofOneStep ** 2) * value + ofOneStep * (step.eps[i] ?? 0)),
      step.xt,
    );
  });

  it('removes too much', () => {
    for (let i = 0; i < 5; i += 1) {
      const each = stepAt(film, i);
      if (!each) throw new Error('no step');
      const { leftByMistake, due } = readings(each);
      expect(leftByMistake).toBeLessThan(due);
    }
  });
});
