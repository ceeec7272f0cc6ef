/**
 * Trains what a plan lists, and writes each network's weights when it is there. Cut off at any moment and called again, it goes on:
 * finished networks are not trained again while their recipe stays what it was, an unfinished one goes on from its last save.
 */
import { existsSync } from 'node:fs';
import { fillBatch } from '../../src/data/batches';
import type { MnistStore } from '../../src/data/mnist';
import type { ModelRecord } from '../../src/data/recordedModels';
import { parameterCount } from '../../src/model/cost';
import { disposeAll, toArrays } from '../../src/model/tensors';
import { flopsPerStep } from '../../src/training/cost';
import { latentBatch } from '../../src/training/latentBatches';
import type { Batch, TrainingRun } from '../../src/training/run';
import { openJsonLines } from './jsonLines';
import { recordingFolder, weightsFile, writeWeights } from './modelFiles';
import type { KeptWeights, PlannedModel } from './modelPlan';
import { processorSeconds } from './processorSeconds';
import { codeFingerprint, hashOf, saveFolder, savePlace } from './savePlace';
import { openLatentSpace } from './latent/space';
import { thisDevice, trainRun } from './trainRun';

/** With what the network was trained by: another recipe is another network. */
interface KeptRecord extends ModelRecord {
  readonly weights: KeptWeights['weights'];
  readonly recipe: string;
}

const records = openJsonLines<KeptRecord>(`${recordingFolder}models.jsonl`);

export async function trainModels(options: {
  readonly plan: readonly PlannedModel[];
  readonly store: Pick<MnistStore, 'counts' | 'image' | 'label'>;
  readonly command: string;
  /** What is in a batch of these pictures; the digits and their classes, unless given. */
  readonly fill?: (indices: Uint32Array) => Batch;
}): Promise<void> {
  const { plan, store, command, fill } = options;
  const code = codeFingerprint();
  for (const [i, planned] of plan.entries()) {
    const { run: runName, recipe, seed, steps, kept } = planned;
    if (kept.every((weights) => isTrained(planned, weights))) continue;
    console.log(`${i + 1} of ${plan.length}: ${runName}, seed ${seed}, ${steps} steps`);
    const place = savePlace(saveFolder, `${runName}-seed-${seed}`, { recipe, seed, steps, kept, code });
    const space = openLatentSpace(recipe);
    const { run } = await trainRun({
      ...{ recipe, seed, steps, store, place, clock: processorSeconds, hasFilm: false },
      fill: space ? async (indices, step) => latentBatch(recipe, space, fillBatch(store, indices), seed, step) : fill,
      look: async (run, seconds) => {
        for (const weights of kept) if (weights.step === run.stepsDone) await keep(run, weights, seconds);
        return [];
      },
    });
    run.dispose();
    if (space) disposeAll(space.params);
    place.remove();
  }

  async function keep(run: TrainingRun, { name, step, weights }: KeptWeights, seconds: number): Promise<void> {
    const { recipe, seed } = run;
    const metadata = { recipe: recipe.id, seed: String(seed), step: String(step), weights, command };
    const bytes = writeWeights(weightsFile(name, seed, weights), await toArrays(run.weights(weights)), metadata);
    records.add({
      ...{ name, seed, steps: step, trainingFlops: step * flopsPerStep(recipe), seconds },
      ...{ parameters: parameterCount(recipe.model), bytes, weights, recipe: hashOf(JSON.stringify(recipe)) },
      device: thisDevice(),
    });
    console.log(`kept ${name}, seed ${seed}, ${weights}: ${(bytes / 1000).toFixed(0)} kB after ${seconds.toFixed(0)} s`);
  }
}

/** Of averaged weights, the last word on each. */
export function modelRecords(): readonly ModelRecord[] {
  const latest = new Map<string, ModelRecord>();
  for (const record of records.all())
    if (record.weights === 'ema') latest.set(`${record.name} ${record.seed}`, asModelRecord(record));
  return [...latest.values()];
}

/** Without what is kept beside it. */
export function asModelRecord(record: ModelRecord): ModelRecord {
  const { name, seed, steps, trainingFlops, seconds, parameters, bytes, device } = record;
  return { name, seed, steps, trainingFlops, seconds, parameters, bytes, ...(device !== undefined && { device }) };
}

function isTrained({ recipe, seed }: PlannedModel, { name, weights }: KeptWeights): boolean {
  const hash = hashOf(JSON.stringify(recipe));
  const latest = records.all().findLast((record) => record.name === name && record.seed === seed && record.weights === weights);
  return latest?.recipe === hash && existsSync(weightsFile(name, seed, weights));
}
