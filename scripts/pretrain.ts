/**
 * `npm run pretrain [-- runs|judge|race] [--steps 1000] [--seed 7]`: trains with the project's own code, in Node, and writes what the
 * lessons show before a reader has trained anything. `runs`: both recipes; public/weights/quick.safetensors (the averaged
 * weights), and in public/recorded/ the two runs with the quality of their digits as they learned, the opening film with nearest neighbours, and films of the reverse process.
 * `judge`: the classifier that measures pictures, with its reference (scripts/pretrain/judge.ts).
 * `race`: films of several samplers by the network that ships (scripts/recordRace.ts). All of it, if none is named.
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
import type { TrainingRun } from '../src/training/run';
import { drawFilm } from './pretrain/draw';
import { allDigits, startEngine } from './pretrain/engine';
import { pretrainJudge } from './pretrain/judge';
import { createQualityCurve } from './pretrain/qualityCurve';
import { trainRun } from './pretrain/trainRun';
import { recordRace } from './recordRace';

const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const pixelCount = 28 * 28;
const neighboursKept = 3;
const openingSteps = 20;
const reverseSteps = 50;

const parts = ['runs', 'judge', 'race'] as const;
/** Training steps, unless the command line says otherwise. */
const defaultSteps = { runs: 1000, judge: 3000 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { steps: { type: 'string' }, seed: { type: 'string', default: '7' } },
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
if (isAsked('judge') || isAsked('runs')) await train();
if (isAsked('race')) write('recorded/race.json', await recordRace(`${command} -- race`)); // after the runs, whose network draws
clearInterval(awake);

async function train(): Promise<void> {
  const digitsOfMnist = await allDigits();
  if (isAsked('judge')) {
    const judgeSteps = Number(values.steps ?? defaultSteps.judge);
    await pretrainJudge({ seed, steps: judgeSteps, store: digitsOfMnist.store, command: `${command} -- judge`, write });
  }
  if (isAsked('runs')) await pretrainRuns(digitsOfMnist); // after the judge, which measures them
}

async function pretrainRuns({ store, count }: Awaited<ReturnType<typeof allDigits>>): Promise<void> {
  const curve = createQualityCurve();
  const textbook = await trainRun({ id: 'textbook', seed, steps, store, command, look: curve.look });
  write('recorded/textbook.json', textbook.json);
  textbook.run.dispose();

  const quick = await trainRun({ id: 'quick', seed, steps, store, command, look: curve.look });
  write('recorded/quick.json', quick.json);
  const metadata = { recipe: 'quick', seed: String(seed), step: String(steps), weights: 'ema', command };
  write('weights/quick.safetensors', encodeSafetensors(await toArrays(quick.run.weights('ema')), metadata, 'F16'));
  write('recorded/opening.json', await openingFilm(quick.run, { store, count }));
  write('recorded/reverse.json', await reverseFilms(quick.run));
  quick.run.dispose();
  write('recorded/quality.json', await curve.json({ command, store, count }));
}

async function openingFilm(run: TrainingRun, { store, count }: Awaited<ReturnType<typeof allDigits>>): Promise<string> {
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
