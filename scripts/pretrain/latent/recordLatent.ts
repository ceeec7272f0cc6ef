/** Measures what lesson 8 shows, and writes what is measured by now at every step of the way. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { crc32 } from '../../../src/base/checksum';
import { fillBatch } from '../../../src/data/batches';
import { imageBytes } from '../../../src/data/manifest';
import type { AutoencoderRow, BaselineRow, QualityRow, RecordedLatent, ScaleRow } from '../../../src/data/recordedLatent';
import { judgePath, readJudge, readReference, referencePath } from '../../../src/evaluation/judgeFiles';
import { decodeLatents, encodePictures } from '../../../src/model/latents';
import { disposeAll, toTensors } from '../../../src/model/tensors';
import { captionSteps } from '../../../src/training/captionRecipes';
import { latentRecipe, latentSteps } from '../../../src/training/latentRecipes';
import { shippedAutoencoder } from '../../../src/training/shippedAutoencoders';
import { fourDigits } from '../../samplers/rows';
import { openJobRows } from '../measured/jobs';
import { openNetworks, type Networks } from '../measured/networks';
import { createObedience, obedienceSeeds, spreadOver } from '../measured/obedience';
import { head, recordsOf, type RecordingOptions } from '../measured/recording';
import { shippedSeed } from '../modelFiles';
import { firstOf, testDigits, type LabelledDigits } from '../realDigits';
import { autoencoderBytes, hasAutoencoder, readTrained } from './autoencoderFiles';
import { autoencoderJobs, baselineJobs, chosen, type Written } from './autoencoderRows';
import { msPerEvaluation, pixelRows, qualityRow } from './costs';
import { createFidelity, fdDigits } from './fidelity';
import { latentFilm } from './film';
import { autoencoderRecords } from './trainAutoencoders';
import { latentSettings, qualityJobs, scaleJobs, type DrawnRow } from './latentJobs';

const classes = 10;
/** Of the test set, in the plane of the two-number autoencoder. */
const planeDigits = 2000;
/** Of training digits, for the directions of PCA. */
const directionDigits = 10_000;
const planeDecimals = 3;

type WrittenLatent = Omit<RecordedLatent, 'originals' | 'autoencoders' | 'baselines' | 'scale' | 'plane'> & {
  readonly originals: string;
  readonly autoencoders: readonly Written<AutoencoderRow>[];
  readonly baselines: readonly Written<BaselineRow>[];
  readonly scale: readonly Written<ScaleRow>[];
  readonly plane: { readonly points: readonly number[]; readonly labels: string };
};

export async function recordLatent(options: RecordingOptions): Promise<void> {
  const { store, trainingSeeds, command, write } = options;
  const autoencoder = latentRecipe.latents?.autoencoder ?? '';
  const digits = await testDigits(store);
  const judge = toTensors(readJudge(publicFile(judgePath)));
  const fidelity = await createFidelity(digits, { judge, reference: readReference(publicFile(referencePath)) });
  const examples = Array.from({ length: classes }, (_, digit) => digits.labels.indexOf(digit));
  const rowOptions = { digits, examples, fidelity };
  const training = fillBatch(
    store,
    Uint32Array.from({ length: directionDigits }, (_, i) => i),
  ).x0;
  const networks = openNetworks();
  const meter = createObedience(store);
  const decoder = crc32(autoencoderBytes(autoencoder)).toString(16);
  const jobs = {
    autoencoders: autoencoderJobs(rowOptions),
    baselines: baselineJobs(rowOptions, training),
    quality: qualityJobs({ networks, meter, decoder }),
    scale: scaleJobs({ networks, meter, decoder }),
  };
  const rows = {
    autoencoders: openJobRows<Written<AutoencoderRow>>('latent-autoencoders'),
    baselines: openJobRows<Written<BaselineRow>>('latent-baselines'),
    quality: openJobRows<DrawnRow>('latent-quality'),
    scale: openJobRows<Written<ScaleRow>>('latent-scale'),
  };
  const real = await meter.real();
  const ceiling = spreadOver([await meter.measure(await throughAutoencoder(autoencoder, meter.digits))]);
  const plane = await planeOf('ae-point', firstOf(digits, planeDigits));
  const ms = {
    latent: await timed(networks, `latent@${latentSteps}`),
    pixels: await timed(networks, `caption@${captionSteps}`),
  };

  const file = (): WrittenLatent => ({
    ...head(command),
    ...{ testDigits: digits.labels.length, fdDigits, untouched: fidelity.untouched },
    originals: chosen(digits.pixels, examples),
    autoencoders: rows.autoencoders.of(jobs.autoencoders),
    baselines: rows.baselines.of(jobs.baselines),
    plane,
    scale: rows.scale.of(jobs.scale),
    ...{ n: meter.prompts.length, noiseSeeds: obedienceSeeds.length, ...latentSettings },
    ...{ real, ceiling },
    quality: [
      ...rows.quality.of(jobs.quality).map((row): QualityRow => qualityRow(row, ms.latent)),
      ...pixelRows().map((row): QualityRow => qualityRow(row, ms.pixels)),
    ],
    models: [...recordsOf('latent', trainingSeeds).filter(({ name }) => name !== 'quick'), ...autoencoderRecords()],
  });
  const save = (): void => write('recorded/latent.json', JSON.stringify(file(), fourDigits));
  if (networks.areThere([{ name: `latent@${latentSteps}`, seed: shippedSeed }])) {
    write('recorded/latent-film.json', await latentFilm(networks, command));
  }
  if (options.isMeasuring) {
    await rows.autoencoders.take(jobs.autoencoders, options);
    save();
    await rows.quality.take(jobs.quality, options);
    save();
    await rows.scale.take(jobs.scale, options);
    await rows.baselines.take(jobs.baselines, options);
  }
  save();
  disposeAll(judge);
  meter.dispose();
  networks.dispose();
}

/** 0, where it is not trained yet. */
async function timed(networks: Networks, name: string): Promise<number> {
  return networks.areThere([{ name, seed: shippedSeed }]) ? msPerEvaluation(networks, name) : 0;
}

/** What no denoiser in these latents can be better than. */
async function throughAutoencoder(name: string, pixels: Float32Array): Promise<Float32Array> {
  const { config } = shippedAutoencoder(name).recipe;
  const params = toTensors(readTrained(name).weights);
  const { mean } = await encodePictures(params, config, pixels);
  const back = await decodeLatents(params, config, mean);
  disposeAll(params);
  return back;
}

async function planeOf(name: string, { pixels, labels }: LabelledDigits): Promise<WrittenLatent['plane']> {
  if (!hasAutoencoder(name)) return { points: [], labels: '' };
  const params = toTensors(readTrained(name).weights);
  const { mean } = await encodePictures(
    params,
    shippedAutoencoder(name).recipe.config,
    pixels.subarray(0, labels.length * imageBytes),
  );
  disposeAll(params);
  return { points: Array.from(mean, (value) => Number(value.toFixed(planeDecimals))), labels: [...labels].join('') };
}

function publicFile(path: string): Uint8Array {
  return readFileSync(fileURLToPath(new URL(`../../../public/${path}`, import.meta.url)));
}
