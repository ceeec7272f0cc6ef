/** What several pictures of one embedding have in common, and in which pixels they differ: what the embedding holds, and what it does not. */
import { measureAttributes } from '$lib/data/captions/attributes';
import { binsOf } from '$lib/data/captions/bins';
import { attributes, type Attribute } from '$lib/data/captions/vocabulary';
import { judgedClasses } from '$lib/evaluation/metrics';
import { pixelCount, rowOf } from './requests';

const classes = 10;

export interface Kept {
  readonly n: number;
  /** Pictures of the same class as the real digit. */
  readonly class: number;
  /** And in the same third as it. */
  readonly bins: Readonly<Record<Attribute, number>>;
  /** [28·28] of the pictures: their mean, −1..1, and at each pixel how far they lie from it (standard deviation). */
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

/**
 * @param pixels [n, 28, 28] of the drawn pictures
 * @param probabilities [n, 10] of the judge
 * @param real the digit that the embedding is of
 */
export function keptOf(
  pixels: Float32Array,
  probabilities: Float32Array,
  real: { readonly x0: Float32Array; readonly label: number },
): Kept {
  const n = pixels.length / pixelCount;
  const pictures = Array.from({ length: n }, (_, i) => rowOf(pixels, i, pixelCount));
  const wanted = binsOf(measureAttributes(real.x0), real.label);
  const found = pictures.map((picture) => binsOf(measureAttributes(picture), real.label));
  const same = (attribute: Attribute): number => found.filter((bins) => bins[attribute] === wanted[attribute]).length;
  const mean = new Float32Array(pixelCount).map((_, i) => pictures.reduce((sum, picture) => sum + (picture[i] ?? 0), 0) / n);
  const deviation = mean.map((middle, i) =>
    Math.sqrt(pictures.reduce((sum, picture) => sum + ((picture[i] ?? 0) - middle) ** 2, 0) / n),
  );
  return {
    n,
    class: [...judgedClasses(probabilities, classes)].filter((digit) => digit === real.label).length,
    bins: { slant: same('slant'), thickness: same('thickness'), width: same('width') },
    mean,
    deviation,
  };
}

/** "the same digit 8 of 8, slant 7, thickness 8, width 6". */
export function keptWords(kept: Kept): string {
  const rest = attributes.map((attribute) => `${attribute} ${kept.bins[attribute]}`).join(', ');
  return `the same digit ${kept.class} of ${kept.n}; in the same third: ${rest}`;
}
