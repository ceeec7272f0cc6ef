/**
 * The chain that lesson 9 opens with: a few captions, each on its way through text encoder, prior and decoder, drawn by the networks that
 * ship. Written by `npm run pretrain -- unclip-film`. Pictures are only looked at, hence in sixteen levels of brightness.
 */
import type { Description } from './captions/caption';
import { bins, type Attribute, type Bin } from './captions/vocabulary';
import { unpackLevels } from './recordedChain';
import { fieldReader } from './recordedFields';

export interface RecordedPriorFrame {
  readonly t: number;
  /** [count · 32], in units in which an embedding has length 1. */
  readonly xt: Float32Array;
  /** Null on the last frame. */
  readonly x0: Float32Array | null;
}

export interface RecordedDecoderFrame {
  readonly t: number;
  /** [count, 28, 28], 0 (−1, paper) … 255 (1, ink). */
  readonly xt: Uint8Array;
  /** Null on the last frame. */
  readonly x0: Uint8Array | null;
}

export interface RecordedExample {
  readonly caption: string;
  /** [32], of unit length: the caption's. */
  readonly text: Float32Array;
  /** From noise to embedding: some of its moments, the first and the last always. */
  readonly prior: readonly RecordedPriorFrame[];
  readonly decoder: readonly RecordedDecoderFrame[];
  /** [count, 10]: what the judge makes of the finished pictures. */
  readonly probabilities: Float32Array;
}

/** A row of one of the lesson's figures, drawn as its first settings draw it. */
export interface RecordedRow {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  /** [n]; empty where nothing is held against anything. */
  readonly asked: readonly Description[];
  /** [n, 28, 28], 0..255 */
  readonly pixels: Uint8Array;
  /** [n, 10] */
  readonly probabilities: Float32Array;
  /** [32]: what the first picture was drawn from. */
  readonly vector: Float32Array;
}

/** Figures whose first rows are recorded. */
export const recordedFigures = ['skip', 'many', 'between', 'words', 'guided'] as const;
export type RecordedFigure = (typeof recordedFigures)[number];

export interface RecordedUnclipFilm {
  readonly command: string;
  readonly date: string;
  readonly device: string;
  /** Training steps of the decoder. */
  readonly decoderSteps: number;
  readonly priorScale: number;
  readonly guidanceScale: number;
  /** Pictures of each caption. */
  readonly count: number;
  readonly examples: readonly RecordedExample[];
  readonly figures: Readonly<Record<RecordedFigure, readonly RecordedRow[]>>;
}

const read = fieldReader('chain from caption to picture');
const embeddingLength = 32;
const pixels = 28 * 28;
const classes = 10;

/** @throws data/format, naming what is missing or damaged */
export function parseRecordedUnclipFilm(value: unknown): RecordedUnclipFilm {
  const { count, ...numbers } = read.numbers(value, ['count', 'decoderSteps', 'priorScale', 'guidanceScale']);
  const examples = read.list(value, 'examples', (example) => exampleOf(example, count));
  if (examples.length === 0) throw read.damaged('examples');
  const part = read.part(value, 'figures');
  const figures = Object.fromEntries(
    recordedFigures.map((figure) => [figure, read.list(part, figure, rowOf)]),
  ) as RecordedUnclipFilm['figures']; // all of them
  return { ...read.texts(value, ['command', 'date', 'device']), ...numbers, count, examples, figures };
}

function rowOf(row: unknown): RecordedRow {
  const packed = unpackLevels(read.texts(row, ['pixels']).pixels, 'pixels');
  const n = packed.length / pixels;
  if (!Number.isInteger(n)) throw read.damaged('pixels');
  const asked = read.list(row, 'asked', (entry) => ({
    digit: read.part(entry, 'digit') === null ? null : read.numbers(entry, ['digit']).digit,
    slant: binOf(entry, 'slant'),
    thickness: binOf(entry, 'thickness'),
    width: binOf(entry, 'width'),
  }));
  if (asked.length !== 0 && asked.length !== n) throw read.damaged('asked');
  return {
    ...read.texts(row, ['id', 'title', 'note']),
    asked,
    pixels: packed,
    probabilities: numbersOf(row, 'probabilities', n * classes),
    vector: numbersOf(row, 'vector', embeddingLength),
  };
}

function exampleOf(example: unknown, count: number): RecordedExample {
  return {
    ...read.texts(example, ['caption']),
    text: numbersOf(example, 'text', embeddingLength),
    prior: framesOf(example, 'prior', (frame, name) => numbersOf(frame, name, count * embeddingLength)),
    decoder: framesOf(example, 'decoder', (frame, name) => {
      const bytes = unpackLevels(read.texts(frame, [name])[name], name);
      if (bytes.length !== count * pixels) throw read.damaged(name);
      return bytes;
    }),
    probabilities: numbersOf(example, 'probabilities', count * classes),
  };
}

function binOf(entry: unknown, attribute: Attribute): Bin | null {
  return read.part(entry, attribute) === null ? null : read.oneOf(entry, attribute, bins);
}

function framesOf<Values>(
  example: unknown,
  name: string,
  values: (frame: unknown, name: 'xt' | 'x0') => Values,
): readonly { readonly t: number; readonly xt: Values; readonly x0: Values | null }[] {
  const frames = read.list(example, name, (frame) => ({
    ...read.numbers(frame, ['t']),
    xt: values(frame, 'xt'),
    x0: read.part(frame, 'x0') === null ? null : values(frame, 'x0'),
  }));
  if (frames.length < 2) throw read.damaged(name);
  return frames;
}

function numbersOf(entry: unknown, name: string, length: number): Float32Array {
  const numbers = read.list(entry, name, (item) => {
    if (typeof item !== 'number' || !Number.isFinite(item)) throw read.damaged(name);
    return item;
  });
  if (numbers.length !== length) throw read.damaged(name);
  return Float32Array.from(numbers);
}
