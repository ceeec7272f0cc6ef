/**
 * Trains unCLIP's three parts, one after the other, since each learns from the one before: the embedding of pictures and captions, the
 * prior that crosses from captions to pictures in it, and the decoder that draws from it. What is trained by now is not trained again.
 */
import { existsSync, rmSync } from 'node:fs';
import { createRng } from '../../../src/base/rng';
import type { MnistStore } from '../../../src/data/mnist';
import { fillBatch } from '../../../src/data/batches';
import { contrastiveFlops } from '../../../src/model/contrastiveConfig';
import { priorFlops } from '../../../src/model/priorConfig';
import { contrastiveObjective } from '../../../src/training/contrastive';
import {
  contrastiveBatch,
  contrastiveConfig,
  contrastiveSettings,
  contrastiveSteps,
} from '../../../src/training/contrastiveSettings';
import { partFlopsPerStep } from '../../../src/training/cost';
import { noisedEmbeddings, priorObjective } from '../../../src/training/prior';
import type { Batch } from '../../../src/training/run';
import { priorConfig, priorDropout, priorSettings, priorSteps } from '../../../src/training/priorSettings';
import { shippedSeed, weightsFile } from '../modelFiles';
import { planModels } from '../modelPlan';
import type { LabelledDigits } from '../realDigits';
import { codeFingerprint, hashOf, saveFolder, savePlace } from '../savePlace';
import { trainModels } from '../trainModels';
import { trainPart } from '../trainPart';
import { embeddedDigits } from './embedded';
import { captioned, trainEmbedding, type EmbeddingSeen } from './embedding';
import { keepPart, partFingerprint, trainedRecord, type PartRecord } from './partFiles';

export interface UnclipOptions {
  readonly store: MnistStore;
  /** Pictures in the store. */
  readonly count: number;
  readonly test: LabelledDigits;
  readonly command: string;
}

const seed = shippedSeed;

export async function trainUnclip(options: UnclipOptions): Promise<void> {
  await theEmbedding(options);
  await thePrior(options);
  const { store, command } = options;
  await trainModels({ plan: planModels('unclip', [seed]), store, command, fill: await withEmbeddings(options) });
}

/** What the decoder is trained on: digits, and each one's embedding. */
export async function withEmbeddings({
  store,
  count,
}: Pick<UnclipOptions, 'store' | 'count'>): Promise<(indices: Uint32Array) => Batch> {
  const { pictures } = await embeddedDigits(store, count, seed);
  const { features } = contrastiveConfig;
  return (indices) => {
    const vectors = new Float32Array(indices.length * features);
    indices.forEach((index, i) => vectors.set(pictures.subarray(index * features, (index + 1) * features), i * features));
    return { ...fillBatch(store, indices), vectors };
  };
}

/** Trained, if it was not, and what was seen on the way. */
export async function theEmbedding({ store, test, command }: UnclipOptions): Promise<PartRecord<EmbeddingSeen>> {
  const objective = contrastiveObjective();
  const key = hashOf(JSON.stringify([contrastiveConfig, contrastiveSettings, contrastiveSteps, seed]));
  const known = trainedRecord<EmbeddingSeen>('contrastive', key);
  if (known) return known;
  const place = savePlace(saveFolder, 'contrastive', { key, code: codeFingerprint() });
  const { run, seconds, seen } = await trainEmbedding({ seed, store, place, test: captioned(test) });
  const trainingFlops =
    contrastiveSteps * partFlopsPerStep({ ...objective, batchSize: contrastiveBatch }, contrastiveFlops(contrastiveConfig));
  const record = { key, seed, steps: contrastiveSteps, trainingFlops, seconds, seen };
  const kept = await keepPart('contrastive', run.weights('ema'), record, command);
  run.dispose();
  place.remove();
  forgetDecoder();
  return kept;
}

export async function thePrior({ store, count, command }: UnclipOptions): Promise<PartRecord<never>> {
  const objective = priorObjective();
  const key = hashOf(
    JSON.stringify([priorConfig, priorSettings, priorSteps, priorDropout, seed, partFingerprint('contrastive')]),
  );
  const known = trainedRecord<never>('prior', key);
  if (known) return known;
  const pairs = await embeddedDigits(store, count, seed);
  const place = savePlace(saveFolder, 'prior', { key, code: codeFingerprint() });
  const rng = createRng(seed, 'prior');
  const { run, seconds } = await trainPart({
    ...{ name: 'prior', objective, settings: priorSettings, seed, steps: priorSteps, place },
    batch: (step) => noisedEmbeddings(pairs, rng.fork('step', step)),
  });
  const trainingFlops = priorSteps * partFlopsPerStep(objective, priorFlops(priorConfig));
  const kept = await keepPart(
    'prior',
    run.weights('ema'),
    { key, seed, steps: priorSteps, trainingFlops, seconds, seen: [] },
    command,
  );
  run.dispose();
  place.remove();
  return kept;
}

/** A decoder of another embedding draws nonsense from this one. */
function forgetDecoder(): void {
  for (const { kept } of planModels('unclip', [seed]))
    for (const { name } of kept) {
      const file = weightsFile(name, seed);
      if (existsSync(file)) rmSync(file);
    }
}
