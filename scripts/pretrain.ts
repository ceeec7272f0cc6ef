/**
 * `npm run pretrain [-- judge|runs|seeds|race|cascade|experts|captions|latent|unclip|chain|experts-film …] [--steps 1000] [--seed 7]`: trains with the project's own code, in
 * Node, and writes what the lessons show before a reader has trained anything. `runs`: both recipes; public/weights/quick.safetensors (the
 * averaged weights), and in public/recorded/ the two runs with the quality of their digits as they learned, the opening film with nearest
 * neighbours, and films of the reverse process. `judge`: the classifier that measures pictures, with its reference
 * (scripts/pretrain/judge.ts). `seeds`: short quick runs from three seeds (scripts/pretrain/seeds.ts). `race`: films of several samplers by
 * the network that ships (scripts/recordRace.ts).
 *
 * `cascade`, `experts`: the networks of lessons 6 and 7 from three seeds, of which one ships (public/weights/cascade, …/experts), and what
 * is measured of them (public/recorded/cascade.json, …/experts.json); `captions`: the networks of lesson 5, from one seed; they take [--phase train|measure|write] to do one part alone, [--seeds 7,8,9],
 * and [--shard 0/2] and [--shard 1/2] to share the work between two processes, of which the one that ends last leaves the whole file.
 * `chain`: the films that lesson 7 opens with, by the networks that ship (public/recorded/chain.json). `experts-film`: that of lesson 6;
 * `captions-film`: that of lesson 5.
 *
 * `latent`: the autoencoders of lesson 8, the denoiser in their latents from one seed (public/weights/latent), what is measured of both and
 * the film that the lesson opens with (public/recorded/latent.json, …/latent-film.json); it takes [--phase] too.
 *
 * `trainings`: what lessons 5, 8 and 9 compare, trained again from the seeds 8 and 9 (public/recorded/trainings.json); it takes [--phase],
 * [--seeds] and [--shard].
 *
 * `family`: one table of every network that ships, from the files that the other parts wrote (public/recorded/family.json); [--phase write]
 * draws nothing. `captions-bins`: the edges between thin, medium and thick digits, and so on (src/data/captions/edges.ts).
 * `unclip`: the embedding of pictures and captions, the prior and the decoder of lesson 9 (public/weights/unclip), and what is measured of
 * them (public/recorded/unclip.json); it takes [--phase].
 *
 * All of it, if none is named. Cut off at any moment and given again, the command goes on.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { toBase64 } from '../src/data/base64';
import { nearestPictures } from '../src/data/nearest';
import type { OpeningFilmFile } from '../src/data/openingFilm';
import { toBytes } from '../src/data/pixels';
import { encodeFilms, type Film } from '../src/data/recordedFilm';
import { encodeSafetensors } from '../src/model/safetensors';
import { toArrays } from '../src/model/tensors';
import { guidanceForSteps } from '../src/training/guidanceSchedule';
import { recipes, type PresetId } from '../src/training/recipes';
import type { TrainingRun } from '../src/training/run';
import { captionBins } from './captionBins';
import { drawFilm } from './pretrain/draw';
import { allDigits, startEngine } from './pretrain/engine';
import { pretrainJudge } from './pretrain/judge';
import { createQualityCurve, qualityFile, type CurveRow } from './pretrain/qualityCurve';
import { recordCaptions } from './pretrain/measured/recordCaptions';
import { recordCascade } from './pretrain/measured/recordCascade';
import { recordChain } from './pretrain/measured/recordChain';
import { recordExperts } from './pretrain/measured/recordExperts';
import { recordTrainings } from './pretrain/measured/recordTrainings';
import { pretrainLatent } from './pretrain/latent/pretrainLatent';
import { recordFamily } from './pretrain/measured/recordFamily';
import { planModels } from './pretrain/modelPlan';
import { testDigits } from './pretrain/realDigits';
import { codeFingerprint, saveFolder, savePlace, type SavePlace } from './pretrain/savePlace';
import { pretrainSeeds } from './pretrain/seeds';
import { trainModels } from './pretrain/trainModels';
import { recordedRun, trainRun, type Recording } from './pretrain/trainRun';
import { recordUnclip } from './pretrain/unclip/recordUnclip';
import { trainUnclip } from './pretrain/unclip/trainUnclip';
import { recordCaptionFilm } from './recordCaptionFilm';
import { recordExpertFilm } from './recordExpertFilm';
import { recordRace } from './recordRace';
import { recordUnclipFilm } from './recordUnclipFilm';

const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const pixelCount = 28 * 28;
const neighboursKept = 3;
const openingSteps = 20;
const reverseSteps = 50;

const measuredSteps: readonly number[] = [50, 100, 150, 200, 250, 340, 500, 700, 1000];

const parts = [
  'judge',
  'runs',
  'seeds',
  'race',
  'cascade',
  'experts',
  'captions',
  'latent',
  'unclip',
  'trainings',
  'chain',
  'experts-film',
  'captions-film',
  'captions-bins',
  'unclip-film',
  'family',
] as const;
const phases: readonly string[] = ['train', 'measure', 'write'];
/** Training steps, unless the command line says otherwise. */
const defaultSteps = { runs: 1000, judge: 3000 };
const shortRunSeeds = [0, 1, 2] as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'string' },
    seed: { type: 'string', default: '7' },
    phase: { type: 'string' },
    seeds: { type: 'string', default: '7,8,9' },
    shard: { type: 'string', default: '0/1' },
  },
});
const unknown = positionals.find((name) => !parts.some((part) => part === name));
if (unknown !== undefined) throw new Error(`There is nothing named “${unknown}” to train; there are ${parts.join(', ')}.`);
const isAsked = (part: (typeof parts)[number]): boolean => positionals.length === 0 || positionals.includes(part);
const seed = Number(values.seed);
const steps = Number(values.steps ?? defaultSteps.runs);
const command = 'npm run pretrain';
const asked = { spacing: 'trailing', guidanceScale: guidanceForSteps(steps), clip: true, seed } as const;

function write(path: string, content: string | Uint8Array): void {
  const file = new URL(`../public/${path}`, import.meta.url);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, content);
  console.log(`wrote ${fileURLToPath(file).split('/public/')[1] ?? path}, ${(content.length / 1000).toFixed(0)} kB`);
}

// The engine's ports do not keep Node awake; this does, until the work is done.
const awake = setInterval(() => undefined, 60_000);
await startEngine();
if (isAsked('captions-bins')) {
  const edges = new URL('../src/data/captions/edges.ts', import.meta.url);
  writeFileSync(edges, captionBins(await allDigits(), `${command} -- captions-bins`)); // the same numbers every time
}
if (values.phase !== undefined && !phases.includes(values.phase))
  throw new Error(`There is no phase named “${values.phase}”; there are ${phases.join(', ')}.`);
const [shard = 0, shards = 1] = values.shard.split('/').map(Number);
const seeds = values.seeds.split(',').map(Number);
const isTraining = (['judge', 'runs', 'seeds'] as const).some(isAsked);
if (isTraining) await train(await allDigits());
const modelParts = (['cascade', 'experts', 'captions'] as const).filter(isAsked);
if (modelParts.length > 0 && (values.phase === undefined || values.phase === 'train')) {
  const plan = modelParts.flatMap((part) => planModels(part, seeds)).filter((_, i) => i % shards === shard);
  await trainModels({ plan, store: (await allDigits()).store, command: `${command} -- ${modelParts.join(' ')}` });
}
if (values.phase !== 'train') {
  for (const part of modelParts) {
    const options = {
      ...(await allDigits()),
      trainingSeeds: seeds,
      shard,
      shards,
      command: `${command} -- ${part}`,
      write,
      isMeasuring: values.phase !== 'write',
    };
    await { cascade: recordCascade, experts: recordExperts, captions: recordCaptions }[part](options);
  }
}
if (isAsked('unclip')) {
  const options = { ...(await allDigits()), command: `${command} -- unclip`, write };
  const test = await testDigits(options.store);
  if (values.phase === undefined || values.phase === 'train') await trainUnclip({ ...options, test });
  if (values.phase !== 'train') await recordUnclip({ ...options, test, isMeasuring: values.phase !== 'write' });
}
if (isAsked('latent')) {
  const options = { ...(await allDigits()), shard, shards, command: `${command} -- latent`, write };
  await pretrainLatent({ ...options, phase: values.phase });
}
if (isAsked('trainings')) {
  const options = { ...(await allDigits()), trainingSeeds: seeds, shard, shards, command: `${command} -- trainings`, write };
  const isTraining = values.phase === undefined || values.phase === 'train';
  await recordTrainings({ ...options, isTraining, isMeasuring: values.phase === undefined || values.phase === 'measure' });
}
if (isAsked('chain')) write('recorded/chain.json', await recordChain(`${command} -- chain`));
if (isAsked('unclip-film')) write('recorded/unclip-film.json', await recordUnclipFilm(`${command} -- unclip-film`));
if (isAsked('experts-film')) write('recorded/experts-film.json', await recordExpertFilm(`${command} -- experts-film`));
if (isAsked('captions-film')) write('recorded/caption-film.json', await recordCaptionFilm(`${command} -- captions-film`));
if (isAsked('race')) write('recorded/race.json', await recordRace(`${command} -- race`)); // after the runs, whose network draws
if (isAsked('family')) {
  const isMeasuring = values.phase !== 'write';
  const shared = { ...(await allDigits()), trainingSeeds: seeds, shard, shards, isMeasuring, write };
  await recordFamily({ ...shared, command: `${command} -- family` }); // last: it reads what all the others wrote
}
clearInterval(awake);

type Digits = Awaited<ReturnType<typeof allDigits>>;

async function train(mnist: Digits): Promise<void> {
  const { store } = mnist;
  if (isAsked('judge')) {
    const judgeSteps = Number(values.steps ?? defaultSteps.judge);
    const place = savePlace(saveFolder, 'judge', { seed, steps: judgeSteps, code: codeFingerprint() });
    await pretrainJudge({ seed, steps: judgeSteps, store, place, command: `${command} -- judge`, write });
  }
  // After the judge, which measures them.
  if (isAsked('runs')) await pretrainRuns(mnist);
  if (isAsked('seeds')) {
    await pretrainSeeds({ seeds: shortRunSeeds, store, folder: saveFolder, command: `${command} -- seeds`, write });
  }
}

async function pretrainRuns({ store, count }: Digits): Promise<void> {
  const curve = createQualityCurve((step) => (measuredSteps.includes(step) ? [guidanceForSteps(step)] : []));
  const code = codeFingerprint();
  const place = (id: PresetId): SavePlace => savePlace(saveFolder, id, { recipe: recipes[id], seed, steps, measuredSteps, code });
  const trained = (id: PresetId): Promise<Recording<CurveRow>> =>
    trainRun({ recipe: recipes[id], seed, steps, store, place: place(id), look: curve.look });

  const textbook = await trained('textbook');
  write('recorded/textbook.json', recordedRun(textbook, command));
  textbook.run.dispose();

  const quick = await trained('quick');
  write('recorded/quick.json', recordedRun(quick, command));
  const metadata = { recipe: 'quick', seed: String(seed), step: String(steps), weights: 'ema', command };
  write('weights/quick.safetensors', encodeSafetensors(await toArrays(quick.run.weights('ema')), metadata, 'F16'));
  write('recorded/opening.json', await openingFilm(quick.run, { store, count }));
  write('recorded/reverse.json', await reverseFilms(quick.run));
  quick.run.dispose();
  curve.dispose();
  const rows = [...textbook.course.seen, ...quick.course.seen];
  write('recorded/quality.json', await qualityFile({ command, rows, store, count }));
  for (const id of ['textbook', 'quick'] as const) place(id).remove();
}

async function openingFilm(run: TrainingRun, { store, count }: Digits): Promise<string> {
  const { frames } = await drawFilm(run, {
    ...asked,
    sampler: 'ddim',
    samplerParams: { eta: 0 },
    steps: openingSteps,
    labels: digits,
  });
  const final = frames.at(-1)?.xt ?? new Float32Array();
  const file: OpeningFilmFile = {
    command,
    trainedSteps: run.stepsDone,
    sampler: 'ddim',
    guidanceScale: asked.guidanceScale,
    labels: digits,
    frames: frames.map(({ t, nfe, xt }) => ({ t, nfe, pixels: toBase64(toBytes(xt)) })),
    nearest: digits.map((_, i) =>
      nearestPictures({ target: final.subarray(i * pixelCount, (i + 1) * pixelCount), store, count, keep: neighboursKept }).map(
        (found) => ({
          ...found,
          distance: Number(found.distance.toFixed(2)),
          pixels: toBase64(found.pixels),
        }),
      ),
    ),
  };
  return JSON.stringify(file);
}

/** The same noise with both samplers, one digit: what lesson 3 opens with. */
async function reverseFilms(run: TrainingRun): Promise<string> {
  const films: Film[] = [
    await drawFilm(run, { ...asked, sampler: 'ddpm', samplerParams: { variance: 'small' }, steps: reverseSteps, labels: [7] }),
    await drawFilm(run, { ...asked, sampler: 'ddim', samplerParams: { eta: 0 }, steps: reverseSteps, labels: [7] }),
  ];
  return encodeFilms({ command, trainedSteps: run.stepsDone, films });
}
