/**
 * The race that opens lesson 4 before anything is drawn in the page: several samplers, one network, one noise, one digit
 * (`npm run pretrain -- race`). Only looked at, hence in 8 bits; and of the long film every second moment.
 */
import { fileURLToPath } from 'node:url';
import { encodeFilms, type Film } from '../src/data/recordedFilm';
import type { SamplerValues } from '../src/diffusion/samplers/define';
import { guidanceForSteps } from '../src/training/guidanceSchedule';
import { draw, type Model } from '../src/worker/drawing';
import { drawContext } from './pretrain/draw';
import { trainedModel } from './quality/draw';

const weights = fileURLToPath(new URL('../public/weights/quick.safetensors', import.meta.url));

interface Lane {
  readonly sampler: string;
  readonly samplerParams: SamplerValues;
  readonly steps: number;
  /** Every so manyth moment is kept, and the last. */
  readonly stride: number;
}

const lanes: readonly Lane[] = [
  { sampler: 'ddpm', samplerParams: { variance: 'small' }, steps: 50, stride: 2 },
  { sampler: 'ddim', samplerParams: { eta: 0 }, steps: 10, stride: 1 },
  { sampler: 'dpm-solver-2m', samplerParams: {}, steps: 10, stride: 1 },
  { sampler: 'heun', samplerParams: { along: 'both' }, steps: 10, stride: 1 },
];
const digit = 5;
const seed = 1;

/** As JSON text; the engine must have been started. */
export async function recordRace(command: string): Promise<string> {
  const { model, steps: trainedSteps } = trainedModel(weights);
  const films: Film[] = [];
  for (const lane of lanes) films.push(await laneFilm(model, lane, guidanceForSteps(trainedSteps)));
  return encodeFilms({ command, trainedSteps, films }, 8);
}

async function laneFilm(model: Model, { stride, ...lane }: Lane, guidanceScale: number): Promise<Film> {
  const settings = { ...lane, spacing: 'trailing', guidanceScale, clip: true, seed, labels: [digit] } as const;
  const frames = [];
  for await (const frame of draw(model, { ...settings, frames: 'all' }, drawContext)) {
    if (frame.i % stride === 0 || frame.x0 === null) frames.push(frame);
  }
  return { settings, frames };
}
