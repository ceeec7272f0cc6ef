/**
 * What is measured of generated digits: by the judge's answers (confidence, class balance, accuracy), and by the pixels alone
 * (sharpness, variety), because the judge rewards blur: a soft average of many sevens is a seven beyond doubt. Plain numbers.
 */
import { AppError } from '../base/errors';

/** A picture counts as confidently judged above this probability of its class. */
const confident = 0.9;
/** Pixels (−1 … 1) that are neither paper nor ink … */
const greyBelow = 0.6;
/** … and those that are more ink than paper. */
const inkAbove = 0;

/** The three that say together whether digits are good. */
export interface Marks {
  readonly c90: number;
  readonly accuracy: number;
  readonly midInk: number;
}

/** Shares that must be reached, and the blur (real digits: 0.48) above which they look soft. */
export const goodEnough: Marks = { c90: 0.9, accuracy: 0.9, midInk: 0.65 };

export function isGoodEnough(marks: Marks): boolean {
  return marks.c90 >= goodEnough.c90 && marks.accuracy >= goodEnough.accuracy && marks.midInk <= goodEnough.midInk;
}

/** The most probable class of each row. @param probabilities [n, classes] */
export function judgedClasses(probabilities: Float32Array, classes: number): Uint8Array {
  return Uint8Array.from(rowsOf(probabilities, classes), (row) => row.indexOf(Math.max(...row)));
}

/** Share of the rows whose class has a probability above 0.9. @param probabilities [n, classes] */
export function confidence(probabilities: Float32Array, classes: number): number {
  return share(rowsOf(probabilities, classes), (row) => Math.max(...row) > confident);
}

/** Share of the pictures that were judged to be what was asked for. @throws shape */
export function accuracy(judged: ArrayLike<number>, asked: ArrayLike<number>): number {
  if (judged.length !== asked.length) {
    throw new AppError('shape', `${judged.length} judged digits cannot be compared with ${asked.length} that were asked for.`);
  }
  return share(Array.from(judged), (digit, i) => digit === asked[i]);
}

/** Entropy of the judged classes' shares, in nats: ln(classes) when all are equally frequent, 0 when there is only one. */
export function classBalance(judged: ArrayLike<number>, classes: number): number {
  const counts = new Array<number>(classes).fill(0);
  for (const digit of Array.from(judged)) counts[digit] = (counts[digit] ?? 0) + 1;
  return counts
    .filter((count) => count > 0)
    .reduce((sum, count) => sum - (count / judged.length) * Math.log(count / judged.length), 0);
}

/**
 * Blur: grey pixels (|x| < 0.6) over inked ones (x > 0). Real digits score 0.46; more is softer.
 * @param pixels in −1 … 1, any number of pictures
 */
export function midInk(pixels: Float32Array): number {
  let [grey, inked] = [0, 0];
  for (const x of pixels) {
    if (Math.abs(x) < greyBelow) grey += 1;
    if (x > inkAbove) inked += 1;
  }
  return inked === 0 ? 0 : grey / inked;
}

/**
 * Mean distance between two different pictures of one class, over all such pairs: √ of the summed squared differences.
 * @param pictures [n, size] in −1 … 1
 * @param labels the class of each
 * @returns NaN when no class has two
 */
export function variety(pictures: Float32Array, labels: ArrayLike<number>): number {
  const rows = rowsOf(pictures, pictures.length / labels.length);
  let [sum, pairs] = [0, 0];
  rows.forEach((a, i) => {
    for (let j = 0; j < i; j += 1) {
      const b = rows[j];
      if (b === undefined || labels[i] !== labels[j]) continue;
      sum += distance(a, b);
      pairs += 1;
    }
  });
  return sum / pairs;
}

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k += 1) sum += ((a[k] ?? 0) - (b[k] ?? 0)) ** 2;
  return Math.sqrt(sum);
}

function rowsOf(values: Float32Array, width: number): readonly Float32Array[] {
  if (!Number.isInteger(values.length / width)) throw new AppError('shape', `${values.length} values are not rows of ${width}.`);
  return Array.from({ length: values.length / width }, (_, i) => values.subarray(i * width, (i + 1) * width));
}

function share<T>(items: readonly T[], holds: (item: T, i: number) => boolean): number {
  return items.filter(holds).length / items.length;
}
