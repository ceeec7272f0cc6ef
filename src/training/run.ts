/** A training run of a denoiser: noised batches in, reports of their losses out. */
import { createRng } from '../base/rng';
import { makeSchedule } from '../diffusion/schedule';
import type { NamedArrays } from '../model/config';
import type { Params } from '../model/tensors';
import { batchGradients } from './gradients';
import { makeReport } from './makeReport';
import type { Batch } from './noising';
import { noiseBatch } from './noising';
import type { Weights } from './optimizer';
import { warmup } from './optimizer';
import type { Recipe } from './recipe';
import type { StepReport } from './report';
import { createStepper } from './stepper';
import { freshWeights, restoredWeights, trainedBy } from './weightsState';

export type { Batch } from './noising';

export interface TrainingRun {
  readonly recipe: Recipe;
  readonly seed: number;
  readonly stepsDone: number;
  /** Multiplies the recipe's learning rates; may change between steps. */
  learningRateFactor: number;
  /**
   * One optimiser step, dispatched but not waited for.
   * @throws shape, when the batch is not of the recipe's size
   */
  step(batch: Batch): void;
  /**
   * Reads what the steps since the last flush have reported; [] if there were none.
   * @throws train/diverged, after having gone back to the weights of the last good flush; stepsDone goes back with them
   */
  flush(): Promise<readonly StepReport[]>;
  /** Borrowed, and good until the next step. */
  weights(which: 'ema' | 'raw'): Params;
  /** All that continuing takes, bit for bit on the same backend. Flush first: unread steps may have diverged. */
  exportState(): Promise<NamedArrays>;
  /** Makes the next step's loss NaN. */
  poison(): void;
  dispose(): void;
}

/** @throws range, for a model or a schedule that cannot be built */
export function createRun(recipe: Recipe, seed: number): TrainingRun {
  return trainingRun(recipe, seed, 0, freshWeights(trainedBy(recipe), seed));
}

/** @throws weights/format, naming the tensor that does not fit */
export function resumeRun(recipe: Recipe, seed: number, stepsDone: number, state: NamedArrays): TrainingRun {
  return trainingRun(recipe, seed, stepsDone, restoredWeights(trainedBy(recipe), state));
}

function trainingRun(recipe: Recipe, seed: number, startStep: number, startWeights: Weights): TrainingRun {
  const schedule = makeSchedule(recipe.schedule);
  const rng = createRng(seed, 'train');
  let poisoned = false;
  const stepper = createStepper({
    start: { weights: startWeights, stepsDone: startStep },
    settings: { ...recipe, isMuon: trainedBy(recipe).isMuon },
    clipNorm: recipe.clipNorm,
    numbersPerStep: recipe.batchSize,
    rateFactor: (step) => warmup(recipe, step) * run.learningRateFactor,
    prepare: (batch: Batch, step) => {
      const noised = noiseBatch(poisoned ? spoiled(batch) : batch, recipe, schedule, rng.fork('step', step));
      poisoned = false;
      return noised;
    },
    gradients: (params, noised) => batchGradients(recipe, schedule, params, noised),
    remember: ({ t, alphaBar }) => ({ t, alphaBar }),
    report: (taken, numbers, ms): StepReport =>
      makeReport(recipe, { ...taken, ...taken.memory, learningRate: recipe.learningRate * taken.rateFactor }, numbers, ms),
  });

  const run: TrainingRun = {
    recipe,
    seed,
    learningRateFactor: 1,
    get stepsDone() {
      return stepper.stepsDone;
    },
    step: stepper.step,
    flush: stepper.flush,
    weights: stepper.weights,
    exportState: stepper.exportState,
    poison(): void {
      poisoned = true;
    },
    dispose: stepper.dispose,
  };
  return run;
}

/** Pictures that are not numbers: everything computed from them, the loss included, is NaN. */
function spoiled(batch: Batch): Batch {
  return { ...batch, x0: batch.x0.map(() => NaN) };
}
