/** The fixed captions that every network is measured with: whole ones, of training digits, so that each asks for what occurs. */
import { AppError } from '../../base/errors';
import { createRng } from '../../base/rng';
import type { MnistStore } from '../mnist';
import { toSigned } from '../pixels';
import { describeDigit } from './batchCaptions';
import { composeCaption, type Description } from './caption';

export interface Prompt {
  /** Of the training digit that it was measured from. */
  readonly index: number;
  readonly digit: number;
  /** All four are said. */
  readonly description: Description;
  /** In words as varied as those of training; the same every time. */
  readonly caption: string;
}

/**
 * Of n training digits, spread evenly over the set.
 * @param store with every training digit in it
 * @throws range, when there are not as many; data/fetch, while some have not arrived
 */
export function promptsOf(n: number, store: Pick<MnistStore, 'counts' | 'image' | 'label'>): readonly Prompt[] {
  const count = store.counts.reduce((sum, each) => sum + each, 0);
  if (!Number.isInteger(n) || n < 1 || n > count) throw new AppError('range', `There are no ${n} prompts in ${count} digits.`);
  return Array.from({ length: n }, (_, i) => {
    const index = placeOf(i, count / n);
    const digit = store.label(index);
    const description = describeDigit(toSigned(store.image(index)), digit);
    return { index, digit, description, caption: composeCaption(description, createRng(index, 'prompt')) };
  });
}

/**
 * In MNIST's order, digits of two groups of writers take turns, and one writes thinner: as many prompts are of even as of odd places.
 * An even stride alone would meet one group only.
 */
function placeOf(i: number, stride: number): number {
  const isRoomForBoth = stride >= 2;
  return Math.floor(i * stride) + (isRoomForBoth ? (i + Math.floor(i * stride)) % 2 : 0);
}
