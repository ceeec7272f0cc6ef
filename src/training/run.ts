/**
 * A training run: its weights, its optimiser's memory and its step count. Nothing is asynchronous but reading results back,
 * so a GPU can be kept busy; and a step is a pure function of the weights, the batch, the seed and the step's number.
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors';
import { createRng } from '../base/rng';
import { makeSchedule } from '../diffusion/schedule';
import type { NamedArrays } from '../model/config';
import type { Params } from '../model/tensors';
import { clipFactor, globalNorm } from './clip';
import type { LossTrend } from './divergence';
import { followLoss, noTrend, symptom } from './divergence';
import { batchGradients } from './gradients';
import type { Pending } from './makeReport';
import { makeReport } from './makeReport';
import type { Moment } from './moments';
import { createMoments } from './moments';
import type { Batch } from './noising';
import { noiseBatch } from './noising';
import type { Weights } from './optimizer';
import { optimizerStep, warmup } from './optimizer';
import type { Recipe } from './recipe';
import type { StepReport } from './report';
import { exportWeights, freshWeights, restoredWeights } from './weightsState';

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
  return trainingRun(recipe, seed, 0, freshWeights(recipe, seed));
}

/** @throws weights/format, naming the tensor that does not fit */
export function resumeRun(recipe: Recipe, seed: number, stepsDone: number, state: NamedArrays): TrainingRun {
  return trainingRun(recipe, seed, stepsDone, restoredWeights(recipe, state));
}

function trainingRun(recipe: Recipe, seed: number, startStep: number, startWeights: Weights): TrainingRun {
  const schedule = makeSchedule(recipe.schedule);
  const rng = createRng(seed, 'train');
  const moments = createMoments({ weights: startWeights, stepsDone: startStep });
  let trend: LossTrend = noTrend;
  let pending: Pending[] = [];
  let poisoned = false;
  let disposed = false;
  /** Reads are settled one after the other, since each needs to know whether the one before was good. */
  let settled: Promise<unknown> = Promise.resolve();
  /** How often the run went back: results of steps dispatched before stand on weights that are no more. */
  let timesGoneBack = 0;

  const run = {
    recipe,
    seed,
    learningRateFactor: 1,
    get stepsDone() {
      return moments.current.stepsDone;
    },

    step(batch: Batch): void {
      const startedAt = performance.now();
      const { weights: before, stepsDone } = moments.current;
      const step = stepsDone + 1;
      const noised = noiseBatch(poisoned ? spoiled(batch) : batch, recipe, schedule, rng.fork('step', step));
      const factor = warmup(recipe, step) * run.learningRateFactor;
      const { weights, results } = tf.tidy(() => {
        const { gradients, errors } = batchGradients(recipe, schedule, before.param, noised);
        const norm = globalNorm(gradients);
        const clip = clipFactor(norm, recipe.clipNorm);
        const next = optimizerStep(recipe, before, gradients, clip, step, factor);
        return { weights: { ...next }, results: tf.concat1d([errors, tf.reshape(norm, [1])]) };
      });
      poisoned = false;
      moments.advance({ weights, stepsDone: step });
      const { t, alphaBar } = noised;
      pending.push({
        step,
        t,
        alphaBar,
        learningRate: recipe.learningRate * factor,
        dispatchMs: performance.now() - startedAt,
        results,
      });
    },

    flush(): Promise<readonly StepReport[]> {
      const next = pending.length === 0 ? settled.then(() => []) : read();
      settled = next.catch(() => undefined); // whoever asked gets the error; the next reader starts afresh
      return next;
    },

    weights: (which: 'ema' | 'raw'): Params => (which === 'ema' ? moments.current.weights.ema : moments.current.weights.param),
    exportState: (): Promise<NamedArrays> => exportWeights(moments.current.weights),
    poison(): void {
      poisoned = true;
    },

    dispose(): void {
      if (disposed) return;
      disposed = true;
      dropPending();
      moments.dispose();
    },
  };

  function dropPending(): void {
    for (const { results } of pending) results.dispose();
    pending = [];
  }

  /** Takes what is pending now; steps dispatched while it travels belong to the next read. */
  async function read(): Promise<readonly StepReport[]> {
    const taken = pending;
    const moment = moments.hold();
    const gone = timesGoneBack;
    const startedAt = performance.now();
    const joined = tf.concat1d(taken.map(({ results }) => results));
    dropPending();
    let numbers: Float32Array;
    try {
      [numbers] = await Promise.all([joined.data<'float32'>(), settled]);
    } catch (thrown) {
      if (!disposed) moments.drop(moment);
      throw thrown;
    } finally {
      joined.dispose();
    }
    if (disposed) return [];
    if (gone !== timesGoneBack) {
      moments.drop(moment);
      return [];
    }
    const waitMs = (performance.now() - startedAt) / taken.length;
    const width = recipe.batchSize + 1;
    const reports = taken.map((entry, i) =>
      makeReport(recipe, entry, numbers.subarray(i * width, (i + 1) * width), entry.dispatchMs + waitMs),
    );
    judge(reports, moment);
    return reports;
  }

  /** Makes the moment after these steps the good one, or goes back to the one before them. @throws train/diverged */
  function judge(reports: readonly StepReport[], moment: Moment): void {
    let following = trend;
    for (const { step, loss, gradNorm } of reports) {
      following = followLoss(following, loss);
      const wrong = symptom(following, loss, gradNorm);
      if (wrong === null) continue;
      timesGoneBack += 1;
      dropPending();
      moments.goBack();
      moments.drop(moment);
      throw new AppError(
        'train/diverged',
        `Training went wrong at step ${step}: ${wrong}. The weights of step ${moments.good.stepsDone} are back in place; a lower learning rate usually helps.`,
      );
    }
    trend = following;
    moments.accept(moment);
  }

  return run;
}

/** Pictures that are not numbers: everything computed from them, the loss included, is NaN. */
function spoiled(batch: Batch): Batch {
  return { ...batch, x0: batch.x0.map(() => NaN) };
}
