/**
 * One recorded training run: losses at every step, a film of the same noises drawn again, and the averaged weights. Cut off at any
 * moment and called again, it goes on from its last save and comes to the same bits.
 */
import { cpus } from 'node:os';
import { toBase64 } from '../../src/data/base64';
import { createBatches, fillBatch } from '../../src/data/batches';
import type { MnistStore } from '../../src/data/mnist';
import { toBytes } from '../../src/data/pixels';
import { flopsPerStep } from '../../src/training/cost';
import type { Recipe } from '../../src/training/recipe';
import { createRun, resumeRun, type Batch, type TrainingRun } from '../../src/training/run';
import { drawLast } from '../../src/worker/drawing';
import { isPreviewDue, previewRequest } from '../../src/worker/previews';
import { drawContext, modelOf } from './draw';
import type { SavePlace } from './savePlace';

const progressEvery = 50;
const defaultSaveEvery = 50;
/** Steps whose single pictures are kept too, for the loss by moment. */
const recentSteps = 100;

/** What a run has told so far, besides its weights. */
interface Course<Seen> {
  readonly history: { step: number; loss: number; x0Mse: number; epsMse: number }[];
  readonly recent: { t: readonly number[]; x0Errors: readonly number[]; epsErrors: readonly number[] }[];
  readonly film: { step: number; pixels: string }[];
  readonly seen: Seen[];
}

export interface RunOptions<Seen> {
  readonly recipe: Recipe;
  readonly seed: number;
  readonly steps: number;
  readonly store: Pick<MnistStore, 'counts' | 'image' | 'label'>;
  /** Where the run is kept until its owner removes it: a finished one too, so that a command of several runs goes on with the next. */
  readonly place: SavePlace;
  readonly saveEvery?: number;
  /** In seconds; the clock on the wall, unless given. */
  readonly clock?: () => number;
  /** A film of the same noises drawn again as the network learns. It is drawn by the network alone, hence not for an upsampler. */
  readonly hasFilm?: boolean;
  /** What is in a batch of these pictures; the digits and their classes, unless given. Its time counts as training. */
  readonly fill?: ((indices: Uint32Array, step: number) => Batch | Promise<Batch>) | undefined;
  /** Called after every step; what it answers is kept with the run. The time that it takes is not counted as training. */
  readonly look?: (run: TrainingRun, seconds: number) => Promise<readonly Seen[]>;
}

export interface Recording<Seen> {
  readonly run: TrainingRun;
  readonly seconds: number;
  readonly course: Course<Seen>;
}

export async function trainRun<Seen = never>(options: RunOptions<Seen>): Promise<Recording<Seen>> {
  const { recipe, seed, steps, store, place, saveEvery = defaultSaveEvery, clock = wallSeconds, hasFilm = true, look } = options;
  const fill = options.fill ?? ((indices: Uint32Array): Batch => fillBatch(store, indices));
  const saved = place.read<Course<Seen>>();
  const batches = createBatches({ counts: store.counts, seed, batchSize: recipe.batchSize });
  const run = saved ? resumeRun(recipe, seed, saved.step, saved.state) : createRun(recipe, seed);
  const course: Course<Seen> = saved?.course ?? { history: [], recent: [], film: [], seen: [] };
  if (saved) console.log(`${recipe.id}, seed ${seed}: goes on after step ${saved.step}`);
  let seconds = saved?.seconds ?? 0;
  for (let step = run.stepsDone + 1; step <= steps; step += 1) {
    const startedAt = clock();
    run.step(await fill(batches.indices(step - 1), step));
    const reports = await run.flush();
    seconds += clock() - startedAt;
    for (const { loss, x0Mse, epsMse, t, x0Errors, epsErrors } of reports) {
      course.history.push({ step, loss: rounded(loss), x0Mse: rounded(x0Mse), epsMse: rounded(epsMse) });
      if (step > steps - recentSteps)
        course.recent.push({ t, x0Errors: x0Errors.map(rounded), epsErrors: epsErrors.map(rounded) });
    }
    if (hasFilm && isPreviewDue(step, 0)) {
      const pictures = await drawLast(modelOf(run), previewRequest(step), drawContext);
      course.film.push({ step, pixels: toBase64(toBytes(pictures)) });
    }
    course.seen.push(...((await look?.(run, seconds)) ?? []));
    if (step % saveEvery === 0 || step === steps) place.write({ step, seconds, course, state: await run.exportState() });
    if (step % progressEvery === 0) {
      const secondsLeft = ((steps - step) * seconds) / step;
      console.log(
        `${recipe.id}, seed ${seed}: step ${step} of ${steps}, ${((1000 * seconds) / step).toFixed(0)} ms a step, ${secondsLeft.toFixed(0)} s left`,
      );
    }
  }
  return { run, seconds, course };
}

/** The file of public/recorded, as src/data/recordedRun.ts reads it. */
export function recordedRun({ run, seconds, course }: Recording<unknown>, command: string): string {
  return JSON.stringify({
    command,
    device: thisDevice(),
    seconds: Math.round(seconds),
    recipe: run.recipe.id,
    seed: run.seed,
    tflop: rounded((run.stepsDone * flopsPerStep(run.recipe)) / 1e12),
    history: course.history,
    recent: course.recent,
    film: course.film,
  });
}

function wallSeconds(): number {
  return performance.now() / 1000;
}

export function thisDevice(): string {
  return `${cpus()[0]?.model.trim() ?? 'unknown processor'}, WASM in Node, one thread`;
}

/** Four significant digits: what a chart can show. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
