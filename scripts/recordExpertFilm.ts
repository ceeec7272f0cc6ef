/**
 * The film that opens lesson 6 before anything is drawn in the page: one digit by the two experts that ship
 * (`npm run pretrain -- experts-film`). Only looked at, hence in 8 bits.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encodeFilms } from '../src/data/recordedFilm';
import { checkWeights, decodeSafetensors } from '../src/model/safetensors';
import { toTensors } from '../src/model/tensors';
import { expertsOf, singleSteps } from '../src/training/expertRecipes';
import { guidanceForSteps } from '../src/training/guidanceSchedule';
import { shippedModel } from '../src/training/shippedModels';
import { draw } from '../src/worker/drawing';
import { modelOf, type Expert } from '../src/worker/model';
import { drawContext } from './pretrain/draw';

/** The lesson's own first settings (lessons/experts/figureParams.ts), so that drawing it there gives the same film. */
const settings = {
  sampler: 'ddim',
  samplerParams: {},
  steps: 25,
  spacing: 'trailing',
  guidanceScale: guidanceForSteps(singleSteps),
  clip: true,
  seed: 4,
  labels: [3],
} as const;

/** As JSON text; the engine must have been started. */
export async function recordExpertFilm(command: string): Promise<string> {
  const experts = expertsOf('two').map(({ interval }, i): Expert => {
    const { path, recipe } = shippedModel(`two-${i + 1}`);
    const { arrays } = decodeSafetensors(readFileSync(fileURLToPath(new URL(`../public/${path}`, import.meta.url))));
    checkWeights(arrays, recipe.model);
    return { model: modelOf(recipe, toTensors(arrays)), interval };
  });
  const frames = [];
  for await (const frame of draw({ experts }, { ...settings, frames: 'all' }, drawContext)) frames.push(frame);
  const trainedSteps = expertsOf('two').reduce((sum, { steps }) => sum + steps, 0);
  return encodeFilms({ command, trainedSteps, films: [{ settings, frames }] }, 8);
}
