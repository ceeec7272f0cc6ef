/** The MNIST digits that ship inside the lesson (scripts/recordDigits.ts), so that nothing here has to wait for a download. */
import { toSigned } from '$lib/data/pixels';
import record from './digits.json';

export interface ShippedDigit {
  /** Its number among MNIST's training pictures. */
  readonly index: number;
  readonly label: number;
  /** [28·28] in [−1, 1]. */
  readonly x0: Float32Array;
}

const decode = ({ index, label, pixels }: (typeof record.shown)[number]): ShippedDigit => ({
  index,
  label,
  x0: toSigned(Uint8Array.from(atob(pixels), (character) => character.charCodeAt(0))),
});

/** One of each class, 0 … 9. */
export const shownDigits: readonly ShippedDigit[] = record.shown.map(decode);

/** Further ones, for the reader to recognise in noise. */
export const hiddenDigits: readonly ShippedDigit[] = record.hidden.map(decode);
