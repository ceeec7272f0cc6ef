/** Captions of a batch of pictures, measured from their pixels. */
import { AppError } from '../../base/errors';
import type { Rng } from '../../base/rng';

export interface CaptionedBatch {
  /** [B·784], −1..1 */
  readonly x0: Float32Array;
  /** [B] */
  readonly labels: Int32Array;
  readonly rng: Rng;
  /** Each attribute is mentioned with this probability. */
  readonly mention: number;
}

/** @returns [B·8] words */
export function captionTokens({ labels }: CaptionedBatch): Int32Array {
  throw new AppError('internal', `No captions for ${labels.length} pictures.`);
}
