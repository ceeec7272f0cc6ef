/**
 * The film that lesson 5 opens with, before anything is drawn in the page: one caption, drawn by the network that ships
 * (`npm run pretrain -- captions-film`).
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tokenize } from '../src/data/captions/tokenizer';
import { encodeCaptionFilm, type RecordedMap } from '../src/data/recordedCaptionFilm';
import { judgeConfig } from '../src/evaluation/judgeConfig';
import { judgePath, readJudge } from '../src/evaluation/judgeFiles';
import { judgePictures } from '../src/evaluation/judgePictures';
import { checkWeights, decodeSafetensors } from '../src/model/safetensors';
import { toTensors } from '../src/model/tensors';
import { captionSteps } from '../src/training/captionRecipes';
import { shippedModel } from '../src/training/shippedModels';
import { draw } from '../src/worker/drawing';
import { modelOf } from '../src/worker/model';
import type { AttentionMap, SampleFrame } from '../src/worker/protocol';
import { drawContext } from './pretrain/draw';

const caption = 'a thick seven leaning right';
const pictures = 5;
/** The lesson's own first settings (lessons/conditioning/figureParams.ts), so that drawing it there gives the same film. */
const settings = {
  sampler: 'ddim',
  samplerParams: { eta: 0 },
  steps: 25,
  spacing: 'trailing',
  guidanceScale: 2,
  clip: true,
  seed: 1,
  labels: Array.from({ length: pictures }, () => null),
} as const;

/** As JSON text; the engine must have been started. */
export async function recordCaptionFilm(command: string): Promise<string> {
  const { path, recipe } = shippedModel(`caption@${captionSteps}`);
  const { arrays } = decodeSafetensors(bytesOf(path));
  checkWeights(arrays, recipe.model);
  const model = modelOf(recipe, toTensors(arrays));
  const frames: SampleFrame[] = [];
  const prompts = { captions: settings.labels.map(() => caption) };
  for await (const frame of draw(model, { ...settings, prompts, attention: true, frames: 'all' }, drawContext))
    frames.push(frame);
  const judge = toTensors(readJudge(bytesOf(judgePath)));
  const { probabilities } = await judgePictures(judge, judgeConfig, frames.at(-1)?.xt ?? new Float32Array());
  const words = tokenize(caption).words.length;
  const maps = frames.flatMap(({ attention }) => (attention ? [attention.map((map) => firstPicture(map, words))] : []));
  return encodeCaptionFilm({ command, trainedSteps: captionSteps, caption, film: { settings, frames }, probabilities, maps });
}

function bytesOf(path: string): Uint8Array {
  return readFileSync(fileURLToPath(new URL(`../public/${path}`, import.meta.url)));
}

/** Of the first picture, without the places that hold no word. */
function firstPicture({ layer, side, heads, places, values }: AttentionMap, words: number): RecordedMap {
  const rows = heads * side ** 2;
  const kept = new Float32Array(rows * words);
  for (let row = 0; row < rows; row += 1) kept.set(values.subarray(row * places, row * places + words), row * words);
  return { layer, side, heads, places: words, values: kept };
}
