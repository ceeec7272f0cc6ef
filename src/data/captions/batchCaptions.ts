/** Captions of a batch of pictures, measured from their pixels. */
import type { Rng } from '../../base/rng';
import { imageBytes } from '../manifest';
import { measureAttributes } from './attributes';
import { binsOf } from './bins';
import { composeCaption, type Description } from './caption';
import { tokenize } from './tokenizer';
import { captionPlaces } from './vocabulary';

export interface CaptionedBatch {
  /** [B·784], −1..1 */
  readonly x0: Float32Array;
  /** [B] */
  readonly labels: Int32Array;
  readonly rng: Rng;
  /** Share of captions that say everything, 0 … 1; none, if left out. */
  readonly whole?: number;
  /** In the others, the class and each attribute are mentioned with this probability, 0 … 1. */
  readonly mention: number;
}

/** A caption of each picture, no two alike. @returns [B·8] tokens */
export function captionTokens({ x0, labels, rng, whole: share = 0, mention }: CaptionedBatch): Int32Array {
  const tokens = new Int32Array(labels.length * captionPlaces);
  labels.forEach((digit, i) => {
    const whole = describeDigit(x0.subarray(i * imageBytes, (i + 1) * imageBytes), digit);
    const said = share > 0 && rng.uniform() < share ? whole : mentioned(whole, mention, rng);
    tokens.set(tokenize(composeCaption(said, rng)).ids, i * captionPlaces);
  });
  return tokens;
}

/** All that a caption can say of a picture. @param pixels [784] in −1 … 1 */
export function describeDigit(pixels: Float32Array, digit: number): Description {
  return { digit, ...binsOf(measureAttributes(pixels), digit) };
}

function mentioned({ digit, slant, thickness, width }: Description, mention: number, rng: Rng): Description {
  const maybe = <Value>(value: Value): Value | null => (rng.uniform() < mention ? value : null);
  return { digit: maybe(digit), slant: maybe(slant), thickness: maybe(thickness), width: maybe(width) };
}
