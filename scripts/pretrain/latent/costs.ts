/** What drawing in latents costs beside drawing in pixels, and the rows of the network of pixels, which lesson 5's command measures. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { QualityRow } from '../../../src/data/recordedLatent';
import { parseRecordedCaptions, type CheckpointRow } from '../../../src/data/recordedCaptions';
import { autoencoderFlops } from '../../../src/model/autoencoderConfig';
import { flopsPerEvaluation, parameterCount } from '../../../src/model/cost';
import { captionSteps } from '../../../src/training/captionRecipes';
import { latentRecipe } from '../../../src/training/latentRecipes';
import { shippedAutoencoder } from '../../../src/training/shippedAutoencoders';
import { shippedModel } from '../../../src/training/shippedModels';
import { drawLast } from '../../../src/worker/drawing';
import { drawContext } from '../draw';
import { processorSeconds } from '../processorSeconds';
import { modelRecords } from '../trainModels';
import { shippedSeed } from '../modelFiles';
import type { Networks } from '../measured/networks';
import { latentSettings, type DrawnRow } from './latentJobs';
import { autoencoderRecord } from './trainAutoencoders';

/** Pictures and rounds that the time of an evaluation is taken over; the fastest counts. */
const timedPictures = 32;
const timedRounds = 5;
const timedSteps = 4;
const nothing = { parameters: 0, trainingFlops: 0, seconds: 0, decodeFlops: 0 };

/** Milliseconds of processor time for one evaluation of one picture. */
export async function msPerEvaluation(networks: Networks, name: string): Promise<number> {
  const model = networks.model({ name, seed: shippedSeed });
  const times: number[] = [];
  for (let round = 0; round < timedRounds; round += 1) {
    const startedAt = processorSeconds();
    await drawLast(
      model,
      {
        ...{ sampler: 'ddim', samplerParams: { eta: 0 }, steps: timedSteps, spacing: 'trailing', guidanceScale: 1, clip: true },
        ...{ seed: round, labels: Array.from({ length: timedPictures }, () => null) },
      },
      drawContext,
    );
    times.push(processorSeconds() - startedAt);
  }
  return (1000 * Math.min(...times)) / timedSteps / timedPictures;
}

/** @param ms of an evaluation, of networks of this space */
export function qualityRow(row: DrawnRow, ms: number): QualityRow {
  const { recipe } = shippedModel(row.name);
  const record = modelRecords().find(({ name, seed }) => name === row.name && seed === shippedSeed) ?? recordedCaption(row.name);
  const evaluations = row.guidanceScale === 1 ? 1 : 2;
  return {
    ...row,
    space: recipe.latents ? 'latent' : 'pixels',
    parameters: parameterCount(recipe.model),
    nfe: evaluations * latentSettings.steps,
    flopsPerEvaluation: flopsPerEvaluation(recipe.model),
    msPerEvaluation: ms,
    trainingFlops: record?.trainingFlops ?? 0,
    seconds: record?.seconds ?? 0,
    autoencoder: recipe.latents ? autoencoderCosts() : nothing,
  };
}

function autoencoderCosts(): QualityRow['autoencoder'] {
  const name = latentRecipe.latents?.autoencoder ?? '';
  const record = autoencoderRecord(name);
  if (!record) return nothing;
  const { parameters, trainingFlops, seconds } = record;
  return { parameters, trainingFlops, seconds, decodeFlops: autoencoderFlops(shippedAutoencoder(name).recipe.config, 'decode') };
}

type RecordedCaptions = ReturnType<typeof parseRecordedCaptions>;

function recordedCaptions(): RecordedCaptions | null {
  const file = fileURLToPath(new URL('../../../public/recorded/captions.json', import.meta.url));
  return existsSync(file) ? parseRecordedCaptions(JSON.parse(readFileSync(file, 'utf8'))) : null;
}

function recordedCaption(name: string): RecordedCaptions['models'][number] | undefined {
  return recordedCaptions()?.models.find((model) => model.name === name && model.seed === shippedSeed);
}

/** The network of pixels, as `npm run pretrain -- captions` measured it; none, where that has not been done. */
export function pixelRows(): readonly DrawnRow[] {
  const recorded = recordedCaptions();
  if (!recorded) return [];
  const sweep = recorded.sweep.map((row): CheckpointRow => ({ steps: captionSteps, ...row }));
  const seen = new Map([...recorded.checkpoints, ...sweep].map((row) => [`${row.steps} ${row.guidanceScale}`, row]));
  return [...seen.values()]
    .filter(({ guidanceScale }) => guidanceScale <= 3)
    .sort((a, b) => a.steps - b.steps || a.guidanceScale - b.guidanceScale)
    .map(({ steps, ...row }) => ({ name: `caption@${steps}`, trainingSteps: steps, ...row }));
}
