/** Trains the contrastive embedding, and measures it as it learns. */
import { createRng } from '../../../src/base/rng';
import { captionTokens, describeDigit } from '../../../src/data/captions/batchCaptions';
import { plainCaption } from '../../../src/data/captions/caption';
import { createBatches, fillBatch } from '../../../src/data/batches';
import { similarities } from '../../../src/data/embeddings';
import { imageBytes } from '../../../src/data/manifest';
import type { MnistStore } from '../../../src/data/mnist';
import type { EmbeddingRow, SimilarityMatrix } from '../../../src/data/recordedUnclip';
import { embedCaptions, embedPictures } from '../../../src/evaluation/embed';
import { gap, pairedCosine, rightPicture, zeroShotAccuracy } from '../../../src/evaluation/retrieval';
import type { Params } from '../../../src/model/tensors';
import { contrastiveObjective, type ContrastiveBatch } from '../../../src/training/contrastive';
import {
  contrastiveBatch,
  contrastiveConfig,
  contrastiveMention,
  contrastiveSettings,
  contrastiveSteps,
} from '../../../src/training/contrastiveSettings';
import type { LabelledDigits } from '../realDigits';
import type { SavePlace } from '../savePlace';
import { trainPart, type TrainedPart } from '../trainPart';

/** Pictures among which the right one is to be found. */
export const among = 128;
const measuredSteps: readonly number[] = [10, 25, 50, 100, 200, 300, 400, 600];
/** Captions and pictures in the matrix of similarities. */
const shown = 16;

const { features: width } = contrastiveConfig;
const classNames = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'] as const;
/** One caption a class, for classification without a classifier. */
const classPrompts = classNames.map((name) => `a ${name}`);

export interface EmbeddingSeen {
  readonly row: EmbeddingRow;
  readonly matrix: SimilarityMatrix;
}

/** Test digits with all that a caption can say of them. */
export interface CaptionedDigits extends LabelledDigits {
  readonly captions: readonly string[];
}

export function captioned(digits: LabelledDigits): CaptionedDigits {
  const captions = Array.from(digits.labels, (label, i) => plainCaption(describeDigit(pictureOf(digits, i), label)));
  return { ...digits, captions };
}

export function pictureOf({ pixels }: Pick<LabelledDigits, 'pixels'>, i: number): Float32Array {
  return pixels.subarray(i * imageBytes, (i + 1) * imageBytes);
}

/** The first test digits of which no two have the same caption, two or one of each class. */
export function shownDigits({ labels, captions }: CaptionedDigits): readonly number[] {
  const chosen: number[] = [];
  for (let i = 0; i < labels.length && chosen.length < shown; i += 1) {
    const alike = chosen.filter((other) => labels[other] === labels[i]);
    const most = chosen.length < classNames.length ? 1 : 2;
    if (alike.length < most && !chosen.some((other) => captions[other] === captions[i])) chosen.push(i);
  }
  return chosen.sort((a, b) => (labels[a] ?? 0) - (labels[b] ?? 0));
}

export async function trainEmbedding(options: {
  readonly seed: number;
  readonly store: Pick<MnistStore, 'counts' | 'image' | 'label'>;
  readonly place: SavePlace;
  readonly test: CaptionedDigits;
}): Promise<TrainedPart<ContrastiveBatch, EmbeddingSeen>> {
  const { seed, store, place, test } = options;
  const batches = createBatches({ counts: store.counts, seed, batchSize: contrastiveBatch });
  const rng = createRng(seed, 'contrastive');
  return trainPart<ContrastiveBatch, EmbeddingSeen>({
    name: 'contrastive',
    objective: contrastiveObjective(),
    settings: contrastiveSettings,
    seed,
    steps: contrastiveSteps,
    place,
    batch: (step) => {
      const { x0, labels } = fillBatch(store, batches.indices(step - 1));
      return { x0, tokens: captionTokens({ x0, labels, rng: rng.fork('captions', step), mention: contrastiveMention }) };
    },
    look: async (run) => {
      if (!measuredSteps.includes(run.stepsDone)) return [];
      const seen = await measureEmbedding(run.weights('ema'), run.stepsDone, test);
      console.log(`contrastive: ${JSON.stringify(seen.row)}`);
      return [seen];
    },
  });
}

async function measureEmbedding(params: Params, step: number, test: CaptionedDigits): Promise<EmbeddingSeen> {
  const pictures = await embedPictures(params, contrastiveConfig, test.pixels);
  const captions = await embedCaptions(params, contrastiveConfig, test.captions);
  const prompts = await embedCaptions(params, contrastiveConfig, classPrompts);
  const pairs = { pictures, captions, width };
  const chosen = shownDigits(test);
  const rowsOf = (all: Float32Array): Float32Array =>
    Float32Array.from(chosen.flatMap((i) => [...all.subarray(i * width, (i + 1) * width)]));
  return {
    row: {
      step,
      zeroShot: zeroShotAccuracy(pictures, test.labels, prompts, width),
      rightPicture: rightPicture(pairs, among),
      paired: pairedCosine(pairs),
      gap: gap(pairs),
    },
    matrix: {
      step,
      values: [...similarities(rowsOf(captions), rowsOf(pictures), width)].map((value) => Number(value.toFixed(3))),
    },
  };
}
