/** From the captions that a reader types to the words that a network reads. Whatever is typed, something sensible comes of it. */
import { AppError } from '../base/errors';
import { tokenize } from '../data/captions/tokenizer';
import { captionPlaces } from '../data/captions/vocabulary';
import type { ToldText } from '../model/told';
import type { Prompts } from './protocol';

/** Where nothing is asked for. */
const nothing = new Int32Array(captionPlaces);

/** @throws shape, when there are not as many captions as pictures */
export function toldText({ captions, negative, swap }: Prompts, count: number): ToldText {
  return {
    tokens: tokensOf(captions, count),
    negative: negative === undefined ? undefined : tokenize(negative).ids,
    swap: swap && { tokens: tokensOf(swap.captions, count), at: swap.at },
  };
}

/** [count·places]; a row of zeros for null, and for a caption of which no word is known */
function tokensOf(captions: readonly (string | null)[], count: number): Int32Array {
  if (captions.length !== count) {
    throw new AppError('shape', `${count} pictures are to be drawn; there are ${captions.length} captions for them.`);
  }
  return Int32Array.from(captions.flatMap((caption) => [...(caption === null ? nothing : tokenize(caption).ids)]));
}
