/**
 * What stands in lesson 9's figures before anything is drawn in the page, drawn by the networks that ship with the lesson's own first settings
 * (`npm run pretrain -- unclip-film`): a few captions on their way through text encoder, prior and decoder, and the rows of the other figures.
 */
import { shownDigits } from '../lessons/forward-process/shippedDigits';
import { runChain } from '../lessons/unclip/chainParts';
import {
  betweenParams,
  chainParams,
  decoderOf,
  manyParams,
  skipParams,
  twoGuidancesParams,
  wordsParams,
} from '../lessons/unclip/figureParams';
import { comparedPriorScale } from '../lessons/unclip/results';
import { betweenRows, guidedCaption, guidedRows, manyRows, skipRows, wordRows } from '../lessons/unclip/rowPlans';
import { wordPair } from '../lessons/unclip/wordPairs';
import { packLevels } from '../src/data/recordedChain';
import { toBytes } from '../src/data/pixels';
import type { RecordedFigure } from '../src/data/recordedUnclipFilm';
import type { SampleRequest } from '../src/worker/protocol';
import { head } from './pretrain/measured/recording';
import { openUnclip, type UnclipInNode } from './pretrain/unclip/inNode';

const captions = ['a thick seven leaning right', 'a thin narrow four', 'a wide bold zero'];
/** Pictures of each. */
const count = 4;
/** Every so many moments of a walk are kept, the first and the last always. */
const keptEvery = { prior: 2, decoder: 3 } as const;
/** Places of a number that is drawn as a bar, or as a share. */
const places = 3;
const { signal } = new AbortController();

type Row = Awaited<ReturnType<typeof skipRows>>[number];

/** As JSON text; the engine must have been started. */
export async function recordUnclipFilm(command: string): Promise<string> {
  const unclip = openUnclip();
  try {
    const examples = [];
    for (const caption of captions) examples.push(await exampleOf(unclip, caption));
    const figures: Partial<Record<RecordedFigure, readonly object[]>> = {};
    for (const [figure, rows] of Object.entries(await plannedRows(unclip))) {
      figures[figure as RecordedFigure] = await Promise.all(rows.map((row) => rowOf(unclip, row)));
    }
    const { decoder, priorW, w } = chainParams;
    const settings = { decoderSteps: decoderOf(decoder.value), priorScale: priorW.value, guidanceScale: w.value };
    return JSON.stringify({ ...head(command), ...settings, count, examples, figures });
  } finally {
    unclip.dispose();
  }
}

async function exampleOf(unclip: UnclipInNode, caption: string): Promise<object> {
  const kept: { text: readonly number[]; prior: object[]; decoder: object[] } = { text: [], prior: [], decoder: [] };
  let steps = { prior: 0, decoder: 0 };
  let end = new Float32Array();
  await runChain(
    unclip,
    {
      ...{ caption, count, hasPrior: true, priorScale: chainParams.priorW.value, guidanceScale: chainParams.w.value },
      ...{ trained: decoderOf(chainParams.decoder.value), upFrom: null, seed: chainParams.noise.value },
    },
    {
      signal,
      ontext: (text) => (kept.text = rounded(text)),
      onprior: ({ t, xt, x0 }) => {
        if (t === 0 || steps.prior % keptEvery.prior === 0) kept.prior.push({ t, xt: rounded(xt), x0: x0 && rounded(x0) });
        steps = { ...steps, prior: steps.prior + 1 };
      },
      ondecoder: ({ t, xt, x0 }) => {
        if (t === 0 || steps.decoder % keptEvery.decoder === 0) {
          kept.decoder.push({ t, xt: packLevels(toBytes(xt)), x0: x0 && packLevels(toBytes(x0)) });
        }
        steps = { ...steps, decoder: steps.decoder + 1 };
        end = Float32Array.from(xt);
      },
      onup: () => undefined,
    },
  );
  return { caption, ...kept, probabilities: rounded(await unclip.probabilities(end)) };
}

/** As each figure asks for them at first. */
async function plannedRows(unclip: UnclipInNode): Promise<Readonly<Record<RecordedFigure, readonly Row[]>>> {
  const digit = (label: number): Float32Array => shownDigits[label]?.x0 ?? new Float32Array();
  const both = Float32Array.from([...digit(betweenParams.from.value), ...digit(betweenParams.to.value)]);
  const decoder = decoderOf(skipParams.decoder.value);
  const skip = {
    trained: decoder,
    priorScale: comparedPriorScale,
    guidanceScale: Number(skipParams.w.value),
    seed: skipParams.noise.value,
  };
  const many = { picture: digit(manyParams.digit.value), guidanceScale: manyParams.w.value, seed: manyParams.noise.value };
  const between = { pictures: both, guidanceScale: betweenParams.w.value, seed: betweenParams.noise.value };
  const words = {
    ...{ picture: digit(wordsParams.digit.value), pair: wordPair(wordsParams.pair.value) },
    ...{ guidanceScale: wordsParams.w.value, seed: wordsParams.noise.value },
  };
  const trained = decoderOf(twoGuidancesParams.decoder.value);
  return {
    skip: await skipRows(unclip, skip, signal),
    many: await manyRows(unclip, many, signal),
    between: await betweenRows(unclip, between, signal),
    words: await wordRows(unclip, words, signal),
    guided: await guidedRows(unclip, { caption: guidedCaption, trained, seed: twoGuidancesParams.noise.value }, signal),
  };
}

async function rowOf(unclip: UnclipInNode, { id, title, note = '', request, asked }: Row): Promise<object> {
  const pixels = await lastOf(unclip, request);
  const vector = rounded((request.vectors ?? new Float32Array()).subarray(0, 32));
  return {
    id,
    title,
    note,
    asked,
    pixels: packLevels(toBytes(pixels)),
    probabilities: rounded(await unclip.probabilities(pixels)),
    vector,
  };
}

async function lastOf(unclip: UnclipInNode, request: SampleRequest): Promise<Float32Array> {
  let last = new Float32Array();
  for await (const { xt } of unclip.sample(request, { signal })) last = Float32Array.from(xt);
  return last;
}

function rounded(values: Float32Array): readonly number[] {
  return Array.from(values, (value) => Number(value.toFixed(places)));
}
