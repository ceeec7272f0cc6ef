/**
 * From a batch of pictures to what one training step sees: timesteps, noise, noised pictures, the target, and labels of which
 * some are hidden. DDPM (Ho et al. 2020, arXiv:2006.11239), algorithm 1, lines 2–5. Plain arrays: the same on every backend.
 */
import { AppError } from '../base/errors';
import type { Rng } from '../base/rng';
import { captionTokens } from '../data/captions/batchCaptions';
import { enlarge, shrink } from '../data/resize';
import { augment } from '../diffusion/augmentation';
import { parameterizations } from '../diffusion/parameterization';
import type { Schedule } from '../diffusion/types';
import { forwardProcess, type Mix, type Noised } from '../model/kernels/forwardProcess';
import type { Recipe } from './recipe';
import { drawTimesteps } from './timesteps';

export interface Batch {
  /** [B·S·S], in [−1, 1]; larger ones, of twice the side or four times, are made smaller on the way. */
  readonly x0: Float32Array;
  /** [B] */
  readonly labels: Int32Array;
  /** Captions as words [B·places], where they cannot be measured from x0. */
  readonly tokens?: Int32Array | undefined;
  /** An embedding of each picture [B·vectorFeatures]. */
  readonly vectors?: Float32Array | undefined;
}

export interface NoisedBatch {
  /** [B], 1..T */
  readonly t: Int32Array;
  readonly alphaBar: Float64Array;
  /** [B·S·S] each: xt = √ᾱ·x0 + √(1 − ᾱ)·ε, and what the network is asked for. */
  readonly xt: Float32Array;
  readonly eps: Float32Array;
  readonly target: Float32Array;
  /** [B]; the number of classes stands for "not told". */
  readonly labels: Int32Array;
  /** [B·S·S]: the smaller picture of an upsampler, enlarged, noised where it trains so; null for all other networks. */
  readonly small: Float32Array | null;
  /** [B]: the level of that noise, for a network that is told; null for all others. */
  readonly augmentation: Int32Array | null;
  /** [B·places], a row of zeros for a caption that is hidden; null for a network that reads none. */
  readonly tokens: Int32Array | null;
  /** [B·vectorFeatures], a row of zeros for one that is hidden; null for a network that is told none. */
  readonly vectors: Float32Array | null;
}

/** @throws shape, when the batch is not of the recipe's size */
export function noiseBatch(batch: Batch, recipe: Recipe, schedule: Schedule, rng: Rng): NoisedBatch {
  const { imageSize, channels, classes } = recipe.model;
  const pixels = imageSize * imageSize * channels;
  const size = recipe.batchSize;
  const side = Math.sqrt(batch.x0.length / size / channels);
  if (!isShrinkable(side, imageSize) || batch.labels.length !== size) {
    throw new AppError(
      'shape',
      `A batch of ${size} pictures has ${size * pixels} values and ${size} labels; it had ${batch.x0.length} and ${batch.labels.length}.`,
    );
  }
  const x0 = shrink(batch.x0, side, imageSize);
  const t = drawTimesteps(recipe, schedule, rng.fork('timesteps'));
  const labels = hideLabels(batch.labels, classes, recipe.labelDropout, rng.fork('labels'));
  const alphaBar = Float64Array.from(t, (level) => schedule.alphasCumprod[level] ?? NaN);

  const { target: share } = parameterizations[recipe.predictionType];
  const mixes = Array.from(alphaBar, (level) => {
    const [signal, noise] = [Math.sqrt(level), Math.sqrt(1 - level)];
    return { signal, noise, ...share(signal, noise) };
  });
  const drawnFrom = rng.fork('noise');
  const noised = forwardProcess(x0, mixes, drawnFrom) ?? mixWithNoise(x0, mixes, drawnFrom);
  const told = { labels, ...smallPictures(x0, recipe, schedule, rng.fork('small')), ...captionsAndVectors(batch, recipe, rng) };
  return { t, alphaBar, ...noised, ...told };
}

/** Whether halving a picture's side gets to another side, at once or after a few times. */
function isShrinkable(side: number, to: number): boolean {
  return side === to || (side > to && side % 2 === 0 && isShrinkable(side / 2, to));
}

/** What an upsampler looks at: its picture made smaller, enlarged, and noised at a level of its own, all levels equally often. */
function smallPictures(
  x0: Float32Array,
  recipe: Recipe,
  schedule: Schedule,
  rng: Rng,
): Pick<NoisedBatch, 'small' | 'augmentation'> {
  const { model, lowResolution, batchSize } = recipe;
  if (lowResolution === null) return { small: null, augmentation: null };
  const small = enlarge(shrink(x0, model.imageSize, lowResolution.side), lowResolution.side, model.imageSize);
  if (model.augmentationLevels === 0) return { small, augmentation: null };
  const levels = rng.fork('levels');
  const augmentation = Int32Array.from({ length: batchSize }, () => levels.int(model.augmentationLevels));
  const length = small.length / batchSize;
  augmentation.forEach((k, i) => {
    const pixels = small.subarray(i * length, (i + 1) * length);
    small.set(augment({ pixels, k, schedule, rng: rng.fork('noise', i) }), i * length);
  });
  return { small, augmentation };
}

/** What a picture is called and what stands for it, each hidden now and then, whole, for guidance. */
function captionsAndVectors(
  batch: Batch,
  { captions, vectors, model }: Recipe,
  rng: Rng,
): Pick<NoisedBatch, 'tokens' | 'vectors'> {
  const tokens = captions && (batch.tokens ?? captionTokens({ ...batch, rng: rng.fork('captions'), ...captions }));
  return {
    tokens: captions && tokens && hideRows(tokens, model.text?.places ?? 1, captions.dropout, rng.fork('hidden captions')),
    vectors: vectors && rowsOf(batch, model.vectorFeatures, vectors.dropout, rng.fork('hidden vectors')),
  };
}

/** @throws shape, when a batch comes without the embeddings that its network is told */
function rowsOf({ vectors, labels }: Batch, length: number, dropout: number, rng: Rng): Float32Array {
  if (vectors?.length !== labels.length * length) {
    throw new AppError(
      'shape',
      `${labels.length} pictures need ${labels.length} embeddings of ${length} numbers; ${vectors?.length ?? 0} numbers came.`,
    );
  }
  return hideRows(vectors, length, dropout, rng);
}

/** A copy in which some rows are nothing but zeros. */
function hideRows<T extends Int32Array | Float32Array>(rows: T, length: number, probability: number, rng: Rng): T {
  const copy = rows.slice() as T; // slice keeps the kind of array
  for (let start = 0; start < copy.length; start += length) {
    if (rng.uniform() < probability) copy.fill(0, start, start + length);
  }
  return copy;
}

/** xt = √ᾱ·x0 + √(1 − ᾱ)·ε of each picture, and its target. */
function mixWithNoise(x0: Float32Array, mixes: readonly Mix[], rng: Rng): Noised {
  const pixels = x0.length / mixes.length;
  const drawn = rng.normals(x0.length);
  const xt = new Float32Array(x0.length);
  const target = new Float32Array(x0.length);
  mixes.forEach((mix, picture) => {
    for (let i = picture * pixels; i < (picture + 1) * pixels; i += 1) {
      const clean = x0[i] ?? NaN;
      const eps = drawn[i] ?? NaN;
      xt[i] = mix.signal * clean + mix.noise * eps;
      target[i] = mix.x0 * clean + mix.eps * eps;
    }
  });
  return { xt, eps: drawn, target };
}

/** Classifier-free guidance's training (Ho & Salimans 2022, arXiv:2207.12598): each label is hidden with this probability. */
export function hideLabels(labels: Int32Array, notTold: number, probability: number, rng: Rng): Int32Array {
  return labels.map((label) => (rng.uniform() < probability ? notTold : label));
}
