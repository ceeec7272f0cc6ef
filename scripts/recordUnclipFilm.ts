/**
 * The chain that opens lesson 9 before anything is drawn in the page: a few captions through text encoder, prior and decoder, by the networks
 * that ship, with the lesson's own first settings (`npm run pretrain -- unclip-film`). Pictures are only looked at, hence in sixteen levels.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { packLevels } from '../src/data/recordedChain';
import { toBytes } from '../src/data/pixels';
import { embedCaptions } from '../src/evaluation/embed';
import { judgeConfig } from '../src/evaluation/judgeConfig';
import { judgePath, readJudge } from '../src/evaluation/judgeFiles';
import { judgePictures } from '../src/evaluation/judgePictures';
import { decodeSafetensors } from '../src/model/safetensors';
import { disposeAll, toTensors, type Params } from '../src/model/tensors';
import { contrastiveConfig } from '../src/training/contrastiveSettings';
import { decoderCheckpoints } from '../src/training/decoderRecipes';
import { priorConfig } from '../src/training/priorSettings';
import { shippedModel } from '../src/training/shippedModels';
import { shippedParts } from '../src/training/shippedParts';
import { draw } from '../src/worker/drawing';
import { modelOf } from '../src/worker/model';
import { drawEmbeddings } from '../src/worker/priorDrawing';
import { drawContext } from './pretrain/draw';
import { head } from './pretrain/measured/recording';

const captions = ['a thick seven leaning right', 'a thin narrow four', 'a wide bold zero'];
/** Pictures of each. */
const count = 4;
const steps = 25;
const settings = { priorScale: 2, guidanceScale: 1.5, seed: 1 } as const;
/** Every so many moments of a walk are kept, and the last. */
const keptEvery = { prior: 2, decoder: 3 } as const;
/** Places of a number that is drawn as a bar. */
const places = 3;

const publicFile = (path: string): Uint8Array => readFileSync(fileURLToPath(new URL(`../public/${path}`, import.meta.url)));
const read = (path: string): Params => toTensors(decodeSafetensors(publicFile(path)).arrays);
const rounded = (values: Float32Array): readonly number[] => Array.from(values, (value) => Number(value.toFixed(places)));
const isKept = (i: number, t: number, every: number): boolean => t === 0 || i % every === 0;

/** As JSON text; the engine must have been started. */
export async function recordUnclipFilm(command: string): Promise<string> {
  const decoderSteps = decoderCheckpoints.at(-1) ?? 0;
  const { path, recipe } = shippedModel(`decoder@${decoderSteps}`);
  const params = { contrastive: read(shippedParts.contrastive.path), prior: read(shippedParts.prior.path) };
  const decoder = modelOf(recipe, read(path));
  const judge = toTensors(readJudge(publicFile(judgePath)));
  const examples = [];
  for (const caption of captions) {
    const text = await embedCaptions(params.contrastive, contrastiveConfig, [caption]);
    const prior = [];
    let vectors = new Float32Array();
    const told = Float32Array.from({ length: count * text.length }, (_, i) => text[i % text.length] ?? NaN);
    const walk = { told, guidanceScale: settings.priorScale, seed: settings.seed, steps, frames: 'all' } as const;
    for await (const { i, t, xt, x0 } of drawEmbeddings(params.prior, priorConfig, walk, drawContext)) {
      if (isKept(i, t, keptEvery.prior)) prior.push({ t, xt: rounded(xt), x0: x0 && rounded(x0) });
      vectors = Float32Array.from(xt);
    }
    const frames = [];
    let end = new Float32Array();
    const request = {
      ...{ sampler: 'ddim', samplerParams: { eta: 0 }, steps, spacing: 'trailing', clip: true, frames: 'all' },
      ...{ guidanceScale: settings.guidanceScale, seed: settings.seed, labels: Array.from({ length: count }, () => null), vectors },
    } as const;
    for await (const { i, t, xt, x0 } of draw(decoder, request, drawContext)) {
      if (isKept(i, t, keptEvery.decoder)) frames.push({ t, xt: packLevels(toBytes(xt)), x0: x0 && packLevels(toBytes(x0)) });
      end = Float32Array.from(xt);
    }
    const { probabilities } = await judgePictures(judge, judgeConfig, end);
    examples.push({ caption, text: rounded(text), prior, decoder: frames, probabilities: rounded(probabilities) });
  }
  for (const each of [params.contrastive, params.prior, decoder.params, judge]) disposeAll(each);
  const { priorScale, guidanceScale } = settings;
  return JSON.stringify({ ...head(command), decoderSteps, priorScale, guidanceScale, count, examples });
}
