/** What is measured of an embedding of pictures and captions. Plain numbers; all embeddings have length 1. */
import { AppError } from '../base/errors';
import { cosine, meanRow, similarities } from '../data/embeddings';

/** Pictures and their captions in one order, [n · width] each. */
export interface Pairs {
  readonly pictures: Float32Array;
  readonly captions: Float32Array;
  readonly width: number;
}

/**
 * Classification without a classifier (Radford et al. 2021, arXiv:2103.00020, section 3.1): the share of pictures whose nearest caption, of
 * one for each class, is their own class's.
 * @param pictures [n · width]
 * @param labels [n]
 * @param prompts [classes · width]
 * @throws shape
 */
export function zeroShotAccuracy(
  pictures: Float32Array,
  labels: ArrayLike<number>,
  prompts: Float32Array,
  width: number,
): number {
  const classes = prompts.length / width;
  const scores = similarities(pictures, prompts, width);
  if (scores.length !== labels.length * classes) {
    throw new AppError('shape', `${labels.length} labels came with ${pictures.length / width} embeddings.`);
  }
  let right = 0;
  for (let i = 0; i < labels.length; i += 1) {
    if (largest(scores.subarray(i * classes, (i + 1) * classes)) === labels[i]) right += 1;
  }
  return right / labels.length;
}

/** Share of captions to which, among so many pictures in a row, their own is the nearest; a rest that fills no group is left out. */
export function rightPicture({ pictures, captions, width }: Pairs, among: number): number {
  const groups = Math.floor(pictures.length / width / among);
  let right = 0;
  for (let group = 0; group < groups; group += 1) {
    const part = (rows: Float32Array): Float32Array => rows.subarray(group * among * width, (group + 1) * among * width);
    const scores = similarities(part(captions), part(pictures), width);
    for (let i = 0; i < among; i += 1) if (largest(scores.subarray(i * among, (i + 1) * among)) === i) right += 1;
  }
  return right / (groups * among);
}

/** Mean cosine of a picture and its caption. */
export function pairedCosine({ pictures, captions, width }: Pairs): number {
  return pictures.reduce((sum, value, i) => sum + value * (captions[i] ?? NaN), 0) / (pictures.length / width);
}

/** Cosine of the mean picture and the mean caption: 1 would be one cloud (Liang et al. 2022, arXiv:2203.02053, "Mind the gap"). */
export function gap({ pictures, captions, width }: Pairs): number {
  return cosine(meanRow(pictures, width), meanRow(captions, width));
}

function largest(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if ((values[i] ?? NaN) > (values[best] ?? NaN)) best = i;
  return best;
}
