import { existsSync } from 'node:fs';
import { toBase64 } from '../../../src/data/base64';
import { cosine, meanRow, projected } from '../../../src/data/embeddings';
import { toBytes } from '../../../src/data/pixels';
import type { Obedience } from '../../../src/data/recordedObedience';
import type { PriorRow, RecordedUnclip, UnclipRow } from '../../../src/data/recordedUnclip';
import { embedPictures } from '../../../src/evaluation/embed';
import { pairedCosine } from '../../../src/evaluation/retrieval';
import { disposeAll, type Params } from '../../../src/model/tensors';
import { contrastiveConfig } from '../../../src/training/contrastiveSettings';
import { decoderCheckpoints } from '../../../src/training/decoderRecipes';
import { drawLast } from '../../../src/worker/drawing';
import { fourDigits } from '../../samplers/rows';
import { drawContext } from '../draw';
import { createObedience, obedienceSeeds, type ObedienceMeter, type PromptPart } from '../measured/obedience';
import { openJobRows, type Job } from '../measured/jobs';
import { openNetworks, type Networks } from '../measured/networks';
import { head } from '../measured/recording';
import { shippedSeed, weightsFile } from '../modelFiles';
import { asModelRecord, modelRecords } from '../trainModels';
import { captionEmbeddings, priorSamples, priorSteps } from './crossing';
import { among, captioned, pictureOf, shownDigits } from './embedding';
import { partFingerprint, readPart } from './partFiles';
import { planeOf } from './plane';
import { theEmbedding, thePrior, type UnclipOptions } from './trainUnclip';

/** Deterministic, as elsewhere. */
const sampler = 'ddim';
const steps = 25;
const priorScales = [1, 2] as const;
/** Of the prior where several embeddings of it are looked at. */
const shownScale = 2;
const decoderScales = [2, 1, 1.5] as const;
/** Every so many prompts is an example on the plane. */
const exampleEvery = 3;
const { features: width } = contrastiveConfig;

export interface RecordUnclipOptions extends UnclipOptions {
  /** Otherwise what is measured by now is written, and that is all. */
  readonly isMeasuring: boolean;
  readonly write: (path: string, content: string) => void;
}

export async function recordUnclip(options: RecordUnclipOptions): Promise<void> {
  const { store, test, command, write, isMeasuring } = options;
  const embedding = await theEmbedding(options);
  const prior = await thePrior(options);
  const params = { contrastive: readPart('contrastive'), prior: readPart('prior') };
  const meter = createObedience(store);
  const networks = openNetworks();
  const embedded = {
    captions: await captionEmbeddings(
      params.contrastive,
      meter.prompts.map(({ caption }) => caption),
    ),
    pictures: await embedPictures(params.contrastive, contrastiveConfig, meter.digits),
  };
  const jobs = chainJobs({ meter, networks, prior: params.prior, embedded });
  const rows = openJobRows<UnclipRow>('unclip-rows');

  const digits = captioned(test);
  const shown = shownDigits(digits);
  const plane = planeOf(embedded.captions, embedded.pictures, width);
  const drawn = new Map<number, Float32Array>();
  for (const scale of priorScales) drawn.set(scale, await priorSamples(params.prior, embedded.captions, scale, 0));
  const pointsOf = (rowsOf: Float32Array): readonly (readonly [number, number])[] => projected(rowsOf, plane);
  const points = {
    text: pointsOf(embedded.captions),
    image: pointsOf(embedded.pictures),
    prior: pointsOf(drawn.get(shownScale) ?? new Float32Array()),
  };
  const real = await meter.real();
  const trained = modelRecords().filter(({ name, seed }) => name.startsWith('decoder@') && seed === shippedSeed);
  const { seen } = embedding;

  const file = (): Omit<RecordedUnclip, 'similarity'> & { readonly similarity: object } => ({
    ...head(command),
    // The seconds on the page are those of training.
    ...(embedding.device !== undefined && { device: embedding.device }),
    embedding: { testDigits: test.labels.length, among, byStep: seen.map(({ row }) => row) },
    similarity: {
      captions: shown.map((i) => digits.captions[i] ?? ''),
      pictures: toBase64(Uint8Array.from(shown.flatMap((i) => [...toBytes(pictureOf(digits, i))]))),
      byStep: seen.map(({ matrix }) => matrix),
    },
    projection: {
      ...plane,
      examples: meter.prompts.flatMap(({ caption, digit }, i) => {
        const [text, image, crossed] = [points.text[i], points.image[i], points.prior[i]];
        return i % exampleEvery === 0 && text && image && crossed ? [{ caption, label: digit, text, image, prior: crossed }] : [];
      }),
    },
    prior: priorScales.map((scale) => priorRow(scale, drawn.get(scale) ?? new Float32Array(), embedded)),
    ...{ n: meter.prompts.length, noiseSeeds: obedienceSeeds.length, sampler, steps, priorSteps },
    real,
    rows: rows.of(jobs),
    models: [...[embedding, prior].map(asModelRecord), ...trained],
  });
  const save = (): void => write('recorded/unclip.json', JSON.stringify(file(), fourDigits));
  save();
  for (const job of isMeasuring ? jobs : []) {
    await rows.take([job], { shard: 0, shards: 1 });
    save();
  }
  meter.dispose();
  networks.dispose();
  disposeAll(params.contrastive);
  disposeAll(params.prior);
}

interface Embedded {
  /** [prompts · width] each. */
  readonly captions: Float32Array;
  readonly pictures: Float32Array;
}

/** Every arrangement of the chain whose decoder is trained by now. */
function chainJobs(options: {
  readonly meter: ObedienceMeter;
  readonly networks: Networks;
  readonly prior: Params;
  readonly embedded: Embedded;
}): readonly Job<UnclipRow>[] {
  const { meter, networks, prior, embedded } = options;
  const partOf = (rows: Float32Array, { first, prompts }: PromptPart): Float32Array =>
    rows.slice(first * width, (first + prompts.length) * width);
  const ways: readonly (Pick<UnclipRow, 'given' | 'priorScale'> & {
    readonly vectors: (part: PromptPart) => Promise<Float32Array>;
  })[] = [
    ...[...priorScales].reverse().map((priorScale) => ({
      ...{ given: 'prior' as const, priorScale },
      vectors: (part: PromptPart) => priorSamples(prior, partOf(embedded.captions, part), priorScale, part.seed),
    })),
    { given: 'caption', priorScale: null, vectors: async (part) => partOf(embedded.captions, part) },
    { given: 'picture', priorScale: null, vectors: async (part) => partOf(embedded.pictures, part) },
  ];
  const parts = [partFingerprint('contrastive'), partFingerprint('prior')];
  const arrangements = decoderScales.flatMap((guidanceScale) =>
    decoderCheckpoints.flatMap((decoderSteps) => ways.map((way) => ({ ...way, decoderSteps, guidanceScale }))),
  );
  return [...arrangements]
    .sort((a, b) => urgency(a) - urgency(b))
    .flatMap(({ given, priorScale, decoderSteps, guidanceScale, vectors }) => {
      const network = { name: `decoder@${decoderSteps}`, seed: shippedSeed };
      if (!existsSync(weightsFile(network.name, network.seed))) return [];
      const row = { given, priorScale, decoderSteps, guidanceScale };
      const job = meter.job<Pick<UnclipRow, keyof typeof row>>({
        key: JSON.stringify([row, sampler, steps, priorSteps, parts, networks.fingerprints([network])]),
        label: JSON.stringify(row),
        row,
        draw: async (part) =>
          drawLast(
            networks.model(network),
            {
              ...{ sampler, samplerParams: { eta: 0 }, steps, spacing: 'trailing', guidanceScale, clip: true },
              ...{ seed: part.seed, labels: part.labels, vectors: await vectors(part) },
            },
            drawContext,
          ),
      });
      return [job];
    });
}

/** The question of the lesson first: the prior on and off over the decoder's training; then everything of the last decoder; then the rest. */
function urgency({ given, priorScale, decoderSteps, guidanceScale }: Omit<UnclipRow, keyof Obedience>): number {
  const isLast = decoderSteps === Math.max(...decoderCheckpoints);
  const isAsked = priorScale === shownScale || given === 'caption';
  if (guidanceScale === 2 && isAsked) return isLast ? 0 : 1;
  if (isLast && guidanceScale !== 1.5) return 2;
  return guidanceScale === 1.5 ? 4 : 3;
}

function priorRow(guidanceScale: number, samples: Float32Array, { captions, pictures }: Embedded): PriorRow {
  return {
    guidanceScale,
    toPicture: pairedCosine({ pictures, captions: samples, width }),
    toCaption: pairedCosine({ pictures: samples, captions, width }),
    means: cosine(meanRow(samples, width), meanRow(pictures, width)),
  };
}
