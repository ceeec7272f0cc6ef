/** The rows that the live figures draw: what each is given, from which noise, and what it is held against. */
import { parseCaption } from '$lib/data/captions/caption';
import type { Variant } from '../conditioning/variants.svelte';
import type { Draws } from '../upsampling/chain';
import { embeddedCaptions, embeddedPictures, priorEmbeddings, type Asks } from './asks';
import { pathAlongWords, pathBetween, pictureShares, wordShares } from './paths';
import { bestDecoder, decoderRequest, longestT, oneNoise, repeatedRow, rowOf, type DecoderSteps } from './requests';
import type { WordPair } from './wordPairs';

/** Each is drawn in both ways: captions of all kinds, thin ones among them. */
export const skipCaptions: readonly string[] = [
  'a thin narrow seven leaning right',
  'a thick wide zero',
  'a thin upright four',
  'a bold 3 leaning right',
  'a narrow eight leaning left',
  'a fine broad two',
];

export interface SkipAsk {
  readonly trained: DecoderSteps;
  readonly priorScale: number;
  readonly guidanceScale: number;
  readonly seed: number;
}

/** The same captions from the same noise, with the prior and without. */
export async function skipRows(session: Asks, ask: SkipAsk, signal: AbortSignal): Promise<readonly Variant[]> {
  const { trained, priorScale, guidanceScale, seed } = ask;
  const prior = await priorEmbeddings(session, { captions: skipCaptions, guidanceScale: priorScale, seed }, signal);
  const caption = await embeddedCaptions(session, skipCaptions, signal);
  const asked = skipCaptions.map(parseCaption);
  const row = (id: string, title: string, note: string, vectors: Float32Array): Variant => ({
    id,
    title,
    note,
    request: decoderRequest({ vectors, trained, guidanceScale, seed }),
    asked,
  });
  return [
    row('prior', 'With the prior', 'the decoder gets the prior’s embedding', prior),
    row('caption', 'Prior skipped', 'the decoder gets the caption’s own', caption),
  ];
}

export const manyPictures = 8;
/** Up and down again: more than for a drawing, since the error of each step is made twice. */
const inversionSteps = 50;

/** Several pictures of one embedding: other noise each; and one from the noise to which DDIM walks the picture up, which should lead back to it. */
export async function manyRows(
  session: Asks & Draws,
  { picture, guidanceScale, seed }: { readonly picture: Float32Array; readonly guidanceScale: number; readonly seed: number },
  signal: AbortSignal,
): Promise<readonly Variant[]> {
  const embedding = await embeddedPictures(session, picture, signal);
  const vectors = repeatedRow(embedding, manyPictures);
  // Unguided on both ways, or the way down would not be the way up.
  const there = { vectors: embedding, trained: bestDecoder, guidanceScale: 1, seed, steps: inversionSteps } as const;
  const up = decoderRequest(there, { sampler: 'ddim-inversion', samplerParams: {}, start: { t: 0, x: picture } });
  let noise = new Float32Array();
  for await (const { xt } of session.sample(up, { signal })) noise = Float32Array.from(xt);
  return [
    {
      id: 'back',
      title: 'From its own noise',
      request: decoderRequest(there, { start: { t: longestT, x: noise } }),
      asked: [],
    },
    {
      id: 'many',
      title: 'The same 32 numbers',
      note: 'each from other noise',
      request: decoderRequest({ vectors, trained: bestDecoder, guidanceScale, seed }),
      asked: repeated(parseCaption(''), manyPictures),
    },
  ];
}

/** Rows along the way from one picture to another: each from one noise throughout, the paper's second option (section 3.2). */
export async function betweenRows(
  session: Asks,
  { pictures, guidanceScale, seed }: { readonly pictures: Float32Array; readonly guidanceScale: number; readonly seed: number },
  signal: AbortSignal,
): Promise<readonly Variant[]> {
  const embeddings = await embeddedPictures(session, pictures, signal);
  const vectors = pathBetween(rowOf(embeddings, 0), rowOf(embeddings, 1), pictureShares);
  return pathNoises.map((offset) => ({
    id: String(offset),
    title: `Noise ${seed + offset}`,
    request: onePath(vectors, guidanceScale, seed + offset),
    asked: repeated(parseCaption(''), pictureShares.length),
  }));
}

/** From a picture towards what two captions differ in. */
export async function wordRows(
  session: Asks,
  ask: { readonly picture: Float32Array; readonly pair: WordPair; readonly guidanceScale: number; readonly seed: number },
  signal: AbortSignal,
): Promise<readonly Variant[]> {
  const { picture, pair, guidanceScale, seed } = ask;
  const embedding = await embeddedPictures(session, picture, signal);
  const captions = await embeddedCaptions(session, [pair.from, pair.to], signal);
  const vectors = pathAlongWords(embedding, { from: rowOf(captions, 0), to: rowOf(captions, 1) }, wordShares);
  return pathNoises.map((offset) => ({
    id: String(offset),
    title: `Noise ${seed + offset}`,
    request: onePath(vectors, guidanceScale, seed + offset),
    asked: repeated(parseCaption(''), wordShares.length),
  }));
}

/** So many noises each way is walked with. */
const pathNoises = [0, 1, 2] as const;

/** Of the prior and of the decoder: none, the one, the other, both. */
const twoScales = [
  [1, 1],
  [2, 1],
  [1, 2],
  [2, 2],
  [4, 4],
] as const;
export const guidedPictures = 6;
export const guidedRowCount = twoScales.length;
/** At first. */
export const guidedCaption = 'a thin wide five leaning left';

/** One caption under several pairs of guidances, always from the same noises, the prior's and the decoder's. */
export async function guidedRows(
  session: Asks,
  { caption, trained, seed }: { readonly caption: string; readonly trained: DecoderSteps; readonly seed: number },
  signal: AbortSignal,
): Promise<readonly Variant[]> {
  const captions = Array.from({ length: guidedPictures }, () => caption);
  const rows: Variant[] = [];
  for (const [priorScale, guidanceScale] of twoScales) {
    const vectors = await priorEmbeddings(session, { captions, guidanceScale: priorScale, seed }, signal);
    rows.push({
      id: `${priorScale}-${guidanceScale}`,
      title: `prior ${priorScale}, decoder ${guidanceScale}`,
      note: priorScale === 1 && guidanceScale === 1 ? 'no guidance' : undefined,
      request: decoderRequest({ vectors, trained, guidanceScale, seed }),
      asked: captions.map(parseCaption),
    });
  }
  return rows;
}

function onePath(vectors: Float32Array, guidanceScale: number, seed: number): Variant['request'] {
  const ask = { vectors, trained: bestDecoder, guidanceScale, seed };
  const plain = decoderRequest(ask);
  return { ...plain, start: oneNoise(plain.labels.length, seed) };
}

function repeated<Item>(item: Item, times: number): readonly Item[] {
  return Array.from({ length: times }, () => item);
}
