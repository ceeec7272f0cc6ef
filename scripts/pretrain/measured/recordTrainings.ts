/** Trains what lessons 5, 8 and 9 compare from other seeds, and measures all of them alike: public/recorded/trainings.json. */
import { crc32 } from '../../../src/base/checksum';
import type { RecordedTrainings, TrainedWay, TrainingRow } from '../../../src/data/recordedTrainings';
import { disposeAll } from '../../../src/model/tensors';
import { captionSteps } from '../../../src/training/captionRecipes';
import { contrastiveConfig } from '../../../src/training/contrastiveSettings';
import { decoderCheckpoints } from '../../../src/training/decoderRecipes';
import { latentRecipe, latentSteps } from '../../../src/training/latentRecipes';
import { drawLast, type DrawRequest } from '../../../src/worker/drawing';
import { fourDigits } from '../../samplers/rows';
import { drawContext } from '../draw';
import { autoencoderBytes } from '../latent/autoencoderFiles';
import { shippedSeed } from '../modelFiles';
import { planTrainings } from '../modelPlan';
import { trainModels } from '../trainModels';
import { captionEmbeddings, priorSamples } from '../unclip/crossing';
import { partFingerprint, readPart } from '../unclip/partFiles';
import { withEmbeddings } from '../unclip/trainUnclip';
import { openJobRows, type Job } from './jobs';
import { openNetworks } from './networks';
import { createObedience, obedienceSeeds, type PromptPart } from './obedience';
import { head, type RecordingOptions } from './recording';

const sampling = { sampler: 'ddim', samplerParams: { eta: 0 }, steps: 25, spacing: 'trailing', clip: true } as const;
const priorScale = 2;

/** What is compared, and at which guidances the comparison turns. */
const asked: readonly { readonly way: TrainedWay; readonly name: string; readonly scales: readonly number[] }[] = [
  { way: 'pixels', name: `caption@${captionSteps}`, scales: [2] },
  { way: 'latent', name: `latent@${latentSteps}`, scales: [2] },
  { way: 'decoder', name: `decoder@${Math.max(...decoderCheckpoints)}`, scales: [2, 1] },
  { way: 'decoder-alone', name: `decoder@${Math.max(...decoderCheckpoints)}`, scales: [2, 1] },
];

export async function recordTrainings(options: RecordingOptions & { readonly isTraining: boolean }): Promise<void> {
  const { store, trainingSeeds, command, write, shard, shards } = options;
  if (options.isTraining) await trainAgain(options);
  const networks = openNetworks();
  const meter = createObedience(store);
  const [contrastive, prior] = [readPart('contrastive'), readPart('prior')];
  const embeddings = await captionEmbeddings(
    contrastive,
    meter.prompts.map(({ caption }) => caption),
  );
  const others = [
    partFingerprint('contrastive'),
    partFingerprint('prior'),
    crc32(autoencoderBytes(latentRecipe.latents?.autoencoder ?? '')),
  ];

  /** What the network is told of some of the prompts. */
  const told = async (way: TrainedWay, part: PromptPart): Promise<Pick<DrawRequest, 'prompts' | 'vectors'>> => {
    if (way === 'pixels' || way === 'latent') return { prompts: { captions: part.captions } };
    const { features } = contrastiveConfig;
    const own = embeddings.slice(part.first * features, (part.first + part.prompts.length) * features);
    return { vectors: way === 'decoder' ? await priorSamples(prior, own, priorScale, part.seed) : own };
  };
  const jobs = [...new Set([shippedSeed, ...trainingSeeds])].flatMap((trainingSeed) =>
    asked.flatMap(({ way, name, scales }) =>
      scales.flatMap((guidanceScale): readonly Job<TrainingRow>[] => {
        const network = { name, seed: trainingSeed };
        if (!networks.areThere([network])) return [];
        const row = { way, trainingSeed, guidanceScale };
        return [
          meter.job<typeof row>({
            key: JSON.stringify([row, sampling, priorScale, others, networks.fingerprints([network])]),
            label: JSON.stringify(row),
            row,
            draw: async (part) => {
              const request = { ...sampling, guidanceScale, labels: part.labels, seed: part.seed, ...(await told(way, part)) };
              return drawLast(networks.model(network), request, drawContext);
            },
          }),
        ];
      }),
    ),
  );
  const rows = openJobRows<TrainingRow>('trainings');
  const save = (): void => {
    const { date } = head(command);
    const file: RecordedTrainings = {
      ...{ command, date, n: meter.prompts.length, noiseSeeds: obedienceSeeds.length },
      ...{ shippedSeed, rows: rows.of(jobs) },
    };
    write('recorded/trainings.json', JSON.stringify(file, fourDigits));
  };
  if (options.isMeasuring) await rows.take(jobs, { shard, shards });
  save();
  [contrastive, prior].forEach(disposeAll);
  meter.dispose();
  networks.dispose();
}

async function trainAgain({ store, count, trainingSeeds, command, shard, shards }: RecordingOptions): Promise<void> {
  const plan = trainingSeeds.filter((seed) => seed !== shippedSeed).flatMap(planTrainings);
  const fill = await withEmbeddings({ store, count });
  for (const planned of plan.filter((_, i) => i % shards === shard)) {
    await trainModels({ plan: [planned], store, command, ...(planned.recipe.vectors && { fill }) });
  }
}
