/** One recorded training run: losses at every step, a film of the same noises drawn again, and the averaged weights. */
import { cpus } from 'node:os';
import { toBase64 } from '../../src/data/base64';
import { createBatches, fillBatch } from '../../src/data/batches';
import type { MnistStore } from '../../src/data/mnist';
import { toBytes } from '../../src/data/pixels';
import { flopsPerStep } from '../../src/training/cost';
import { recipes } from '../../src/training/recipes';
import type { RecipeId } from '../../src/training/recipe';
import { createRun, type TrainingRun } from '../../src/training/run';
import { drawLast } from '../../src/worker/drawing';
import { isPreviewDue, previewRequest } from '../../src/worker/previews';
import { drawContext, modelOf } from './draw';

const progressEvery = 50;
/** Steps whose single pictures are kept too, for the loss by moment. */
const recentSteps = 100;
export interface Recording {
  readonly run: TrainingRun;
  /** The file of public/recorded, as src/data/recordedRun.ts reads it. */
  readonly json: string;
}

export async function trainRun(options: {
  readonly id: RecipeId;
  readonly seed: number;
  readonly steps: number;
  readonly store: MnistStore;
  readonly command: string;
  /** Called after every step; the time that it takes is not counted as training. */
  readonly look?: (run: TrainingRun, seconds: number) => Promise<void>;
}): Promise<Recording> {
  const { id, seed, steps, store, command, look } = options;
  const recipe = recipes[id];
  const batches = createBatches({ counts: store.counts, seed, batchSize: recipe.batchSize });
  const run = createRun(recipe, seed);
  const history: unknown[] = [];
  const recent: unknown[] = [];
  const film: { step: number; pixels: string }[] = [];
  const startedMs = performance.now();
  let drawnMs = 0;
  for (let step = 1; step <= steps; step += 1) {
    run.step(fillBatch(store, batches.indices(step - 1)));
    for (const { loss, x0Mse, epsMse, t, x0Errors, epsErrors } of await run.flush()) {
      history.push({ step, loss: rounded(loss), x0Mse: rounded(x0Mse), epsMse: rounded(epsMse) });
      if (step > steps - recentSteps) recent.push({ t, x0Errors: x0Errors.map(rounded), epsErrors: epsErrors.map(rounded) });
    }
    const before = performance.now();
    if (isPreviewDue(step, 0)) {
      film.push({ step, pixels: toBase64(toBytes(await drawLast(modelOf(run), previewRequest(step), drawContext))) });
    }
    await look?.(run, (before - startedMs - drawnMs) / 1000);
    drawnMs += performance.now() - before;
    if (step % progressEvery === 0) {
      const msPerStep = (performance.now() - startedMs - drawnMs) / step;
      console.log(
        `${id}: step ${step} of ${steps}, ${msPerStep.toFixed(0)} ms a step, ${(((steps - step) * msPerStep) / 1000).toFixed(0)} s left`,
      );
    }
  }
  const seconds = (performance.now() - startedMs - drawnMs) / 1000;
  const json = {
    command,
    device: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, WASM in Node, one thread`,
    seconds: Math.round(seconds),
    recipe: id,
    seed,
    tflop: rounded((steps * flopsPerStep(recipe)) / 1e12),
    history,
    recent,
    film,
  };
  return { run, json: JSON.stringify(json) };
}

/** Four significant digits: what a chart can show. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
