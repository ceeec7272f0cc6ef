/** Pairs of captions that differ in one word, and how what they differ in is measured. */
import { measureAttributes } from '$lib/data/captions/attributes';
import type { Attribute } from '$lib/data/captions/vocabulary';
import { fixed } from '$lib/draw/numbers';
import { pixelCount, rowOf } from './requests';

export interface WordPair {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** What changes in the pixels. */
  readonly attribute: Attribute;
}

export const wordPairs = [
  { id: 'thick', from: 'a thin digit', to: 'a thick digit', attribute: 'thickness' },
  { id: 'thin', from: 'a thick digit', to: 'a thin digit', attribute: 'thickness' },
  { id: 'right', from: 'a digit leaning left', to: 'a digit leaning right', attribute: 'slant' },
  { id: 'left', from: 'a digit leaning right', to: 'a digit leaning left', attribute: 'slant' },
  { id: 'wide', from: 'a narrow digit', to: 'a wide digit', attribute: 'width' },
  { id: 'narrow', from: 'a wide digit', to: 'a narrow digit', attribute: 'width' },
] as const satisfies readonly WordPair[];

export type WordPairId = (typeof wordPairs)[number]['id'];

export function wordPair(id: WordPairId): WordPair {
  return wordPairs.find((pair) => pair.id === id) ?? wordPairs[0];
}

const units: Readonly<Record<Attribute, string>> = { thickness: ' px', slant: '', width: '' };
export const measureNames: Readonly<Record<Attribute, string>> = {
  thickness: 'thickness of the stroke',
  slant: 'slant',
  width: 'width beside the height',
};

/** Of each picture. @param pixels [n, 28, 28] */
export function measuredAlong(pixels: Float32Array, attribute: Attribute): readonly number[] {
  return Array.from({ length: pixels.length / pixelCount }, (_, i) => measureAttributes(rowOf(pixels, i, pixelCount))[attribute]);
}

/** "2.9 px"; "–" of an empty picture. */
export function measureWords(value: number, attribute: Attribute): string {
  return Number.isFinite(value) ? `${fixed(value, attribute === 'thickness' ? 1 : 2)}${units[attribute]}` : '–';
}
