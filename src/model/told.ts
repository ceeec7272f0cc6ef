/** What the pictures of one drawing are told, at each moment of it: classes, captions and embeddings; and what guidance leads away from. */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors';
import type { UNetConfig } from './config';
import type { Given } from './given';

/** Captions as words, of as many pictures as there are labels. */
export interface ToldText {
  /** [B·places]; a row of zeros is told nothing. */
  readonly tokens: Int32Array;
  /** [places]: what guidance leads away from, instead of from nothing. */
  readonly negative?: Int32Array | undefined;
  /** Other captions from t ≤ at on. */
  readonly swap?: { readonly tokens: Int32Array; readonly at: number } | undefined;
}

export interface Told {
  /** A class for each picture, or null for "not told". */
  readonly labels: readonly (number | null)[];
  /** For a network that reads; left out, it is told nothing. */
  readonly text?: ToldText | undefined;
  /** For a network that is told an embedding: [B·vectorFeatures], a row of zeros for nothing; left out, it is told nothing. */
  readonly vectors?: Float32Array | undefined;
}

/** @param t left out, for whether anything is told at any moment */
export function isAnyTold({ config, labels, text, vectors }: Told & { readonly config: UNetConfig }, t?: number): boolean {
  if (config.classes > 0 && labels.some((label) => label !== null)) return true;
  if (config.vectorFeatures > 0 && vectors?.some((value) => value !== 0)) return true;
  if (config.text === null || !text) return false;
  const { places } = config.text;
  const differs = (tokens: Int32Array): boolean => tokens.some((token, i) => token !== (text.negative?.[i % places] ?? 0));
  if (t !== undefined) return differs(tokensAt(text, t));
  return differs(text.tokens) || (text.swap !== undefined && differs(text.swap.tokens));
}

function tokensAt({ tokens, swap }: ToldText, t: number): Int32Array {
  return swap && t <= swap.at ? swap.tokens : tokens;
}

/** What a network is given at a t: what is told, or that and then nothing, for a batch twice as long. Called within a tidy. */
export interface GivenAt {
  readonly told: (t: number) => Given;
  readonly both: (t: number) => Given;
}

/** @throws range, for a class, captions or embeddings that the network does not know; shape, when they are not as many as labels */
export function toldBy(options: Told & { readonly config: UNetConfig }): GivenAt {
  checkTold(options);
  const { config, labels, text, vectors } = options;
  const count = labels.length;
  const notTold = config.classes;
  const classes = Int32Array.from(labels, (label) => label ?? notTold);
  const noClasses = new Int32Array(count).fill(notTold);
  const places = config.text?.places ?? 0;
  const words = text ?? { tokens: new Int32Array(count * places) };
  const otherWords = Int32Array.from({ length: count * places }, (_, i) => words.negative?.[i % places] ?? 0);
  const features = config.vectorFeatures;
  const embeddings = vectors ?? new Float32Array(count * features);
  const noEmbeddings = new Float32Array(count * features);

  const given = (times: number, ofClasses: Int32Array, ofWords: Int32Array, ofEmbeddings: Float32Array): Given => ({
    labels: config.classes === 0 ? null : ofClasses,
    tokens: config.text === null ? undefined : ofWords,
    vector: features === 0 ? undefined : tf.tensor2d(ofEmbeddings, [times * count, features]),
  });
  return {
    told: (t) => given(1, classes, tokensAt(words, t), embeddings),
    both: (t) =>
      given(
        2,
        Int32Array.of(...classes, ...noClasses),
        Int32Array.of(...tokensAt(words, t), ...otherWords),
        Float32Array.of(...embeddings, ...noEmbeddings),
      ),
  };
}

function checkTold({ config, labels, text, vectors }: Told & { readonly config: UNetConfig }): void {
  const unknown = labels.find((label) => label !== null && !(Number.isInteger(label) && label >= 0 && label < config.classes));
  if (unknown !== undefined) {
    throw new AppError(
      'range',
      config.classes === 0
        ? 'This network was trained without classes.'
        : `Classes are 0 to ${config.classes - 1}; one was ${unknown}.`,
    );
  }
  if (text && config.text === null) {
    throw new AppError(
      'range',
      'This network does not read: it was trained without captions. Choose one that was trained with them.',
    );
  }
  if (vectors && config.vectorFeatures === 0) {
    throw new AppError('range', 'This network was trained without embeddings, and cannot be told one.');
  }
  const places = config.text?.places ?? 0;
  checkLength('words of captions', text?.tokens.length, labels.length * places);
  checkLength('words of captions to swap to', text?.swap?.tokens.length, labels.length * places);
  checkLength('words to lead away from', text?.negative?.length, places);
  checkLength('numbers of embeddings', vectors?.length, labels.length * config.vectorFeatures);
}

function checkLength(what: string, got: number | undefined, wanted: number): void {
  if (got === undefined || got === wanted) return;
  throw new AppError('shape', `For these pictures ${wanted} ${what} are needed; ${got} were given.`);
}
