/**
 * Trains the autoencoders that ship, and writes each one's averaged weights with the deviation of its latents. Cut off and called again
 * it goes on: what is there is not trained again while its recipe stays what it was, an unfinished one goes on from its last save.
 */
import { existsSync } from 'node:fs';
import { createBatches, fillBatch } from '../../../src/data/batches';
import type { MnistStore } from '../../../src/data/mnist';
import type { ModelRecord } from '../../../src/data/recordedModels';
import { autoencoderArrays } from '../../../src/model/autoencoderFile';
import { autoencoderParameterCount, latentShape } from '../../../src/model/autoencoderConfig';
import { deviationOf, encodePictures } from '../../../src/model/latents';
import { toArrays } from '../../../src/model/tensors';
import {
  autoencoderBatch,
  autoencoderFlopsPerStep,
  autoencoderObjective,
  autoencoderSettings,
  type AutoencoderBatch,
} from '../../../src/training/autoencoder';
import type { PartRun } from '../../../src/training/partRun';
import { shippedAutoencoders, type ShippedAutoencoder } from '../../../src/training/shippedAutoencoders';
import { openJsonLines } from '../jsonLines';
import { autoencoderPath } from './autoencoderFiles';
import { recordingFolder, shippedSeed, writeWeights } from '../modelFiles';
import { asModelRecord } from '../trainModels';
import { trainPart } from '../trainPart';
import { thisDevice } from '../trainRun';
import { codeFingerprint, hashOf, saveFolder, savePlace } from '../savePlace';

/** With what it was trained by: another recipe is another autoencoder. */
interface AutoencoderRecord extends ModelRecord {
  readonly recipe: string;
}

const records = openJsonLines<AutoencoderRecord>(`${recordingFolder}autoencoders.jsonl`);
/** Digits that the deviation is measured on. */
const deviationDigits = 10_000;

/** One run, and the steps at which it is kept under a name. */
interface PlannedAutoencoder {
  readonly recipe: ShippedAutoencoder['recipe'];
  readonly kept: readonly ShippedAutoencoder[];
}

/** Those of one recipe are moments of one run. */
function planAutoencoders(): readonly PlannedAutoencoder[] {
  const runs = new Map<string, ShippedAutoencoder[]>();
  for (const shipped of shippedAutoencoders) {
    const key = JSON.stringify(shipped.recipe);
    runs.set(key, [...(runs.get(key) ?? []), shipped]);
  }
  return [...runs.values()].flatMap((kept) => (kept[0] ? [{ recipe: kept[0].recipe, kept }] : []));
}

export async function trainAutoencoders(options: {
  readonly store: Pick<MnistStore, 'counts' | 'image' | 'label'>;
  readonly command: string;
  /** Only these; all, if left out. */
  readonly names?: readonly string[];
}): Promise<void> {
  const { store, command, names } = options;
  const plan = planAutoencoders().filter(({ kept }) => !names || kept.some(({ name }) => names.includes(name)));
  const digits = fillBatch(
    store,
    Uint32Array.from({ length: deviationDigits }, (_, i) => i),
  ).x0;
  for (const { recipe, kept } of plan) {
    if (kept.every(isTrained)) continue;
    await trainOne(recipe, kept);
  }

  async function trainOne(recipe: ShippedAutoencoder['recipe'], kept: readonly ShippedAutoencoder[]): Promise<void> {
    const steps = Math.max(...kept.map((each) => each.steps));
    const batches = createBatches({ counts: store.counts, seed: shippedSeed, batchSize: recipe.batchSize });
    const place = savePlace(saveFolder, `autoencoder-${kept[0]?.name ?? ''}`, { recipe, steps, code: codeFingerprint() });
    const { run } = await trainPart<AutoencoderBatch>({
      ...{ name: kept.map(({ name }) => name).join(', '), seed: shippedSeed, steps, place },
      ...{ objective: autoencoderObjective(recipe), settings: autoencoderSettings },
      batch: (step) => autoencoderBatch(fillBatch(store, batches.indices(step - 1)).x0, recipe, shippedSeed, step),
      look: async (run, seconds) => {
        for (const each of kept) if (each.steps === run.stepsDone) await keep(each, run, seconds);
        return [];
      },
    });
    run.dispose();
    place.remove();
  }

  async function keep(
    { name, recipe, steps }: ShippedAutoencoder,
    run: PartRun<AutoencoderBatch>,
    seconds: number,
  ): Promise<void> {
    const { config, beta } = recipe;
    const { mean } = await encodePictures(run.weights('ema'), config, digits);
    const deviation = deviationOf(mean, latentShape(config).channels);
    const arrays = autoencoderArrays({ weights: await toArrays(run.weights('ema')), deviation });
    const metadata = { name, beta: String(beta), seed: String(shippedSeed), step: String(steps), weights: 'ema', command };
    const bytes = writeWeights(autoencoderPath(name), arrays, metadata);
    records.add({
      ...{ name, seed: shippedSeed, steps, trainingFlops: steps * autoencoderFlopsPerStep(recipe), seconds },
      ...{ parameters: autoencoderParameterCount(config), bytes, recipe: hashOf(JSON.stringify(recipe)) },
      device: thisDevice(),
    });
    console.log(
      `kept ${name}: ${(bytes / 1000).toFixed(0)} kB, deviation ${[...deviation].map((each) => each.toFixed(2)).join(', ')}`,
    );
  }
}

/** The last word on each. */
export function autoencoderRecord(name: string): AutoencoderRecord | undefined {
  return records.all().findLast((record) => record.name === name);
}

/** Of all that ship and are trained by now. */
export function autoencoderRecords(): readonly ModelRecord[] {
  return shippedAutoencoders.flatMap(({ name }) => {
    const record = autoencoderRecord(name);
    if (!record) return [];
    return [asModelRecord(record)];
  });
}

function isTrained({ name, recipe, steps }: ShippedAutoencoder): boolean {
  const record = autoencoderRecord(name);
  return record?.recipe === hashOf(JSON.stringify(recipe)) && record.steps === steps && existsSync(autoencoderPath(name));
}
