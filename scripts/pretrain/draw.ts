/** Pictures from a run's averaged weights, drawn by the engine's own code, so that the page draws the same from the same seed. */
import type { Film, FilmSettings } from '../../src/data/recordedFilm';
import type { TimestepSpacing } from '../../src/diffusion/types';
import type { TrainingRun } from '../../src/training/run';
import { draw, type DrawContext, type Model } from '../../src/worker/drawing';

/** Nothing to guard against: WASM does not go away, and nobody cancels. */
export const drawContext: DrawContext = {
  device: { guard: (promise) => promise },
  signal: new AbortController().signal,
};

export function modelOf(run: TrainingRun): Model {
  const { model: config, schedule, predictionType } = run.recipe;
  return { params: run.weights('ema'), config, schedule, predictionType };
}

/** Every moment of the way from noise to picture. */
export async function drawFilm(run: TrainingRun, settings: FilmSettings & { readonly spacing: TimestepSpacing }): Promise<Film> {
  const frames = [];
  for await (const frame of draw(modelOf(run), { ...settings, frames: 'all' }, drawContext)) frames.push(frame);
  return { settings, frames };
}
