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
import { emaDecay, emaStep } from './ema';
import { batchGradients } from './gradients';
import type { Pending } from './makeReport';
import { makeReport } from './makeReport';
import type { Batch } from './noising';
import { noiseBatch } from './noising';
import type { Weights } from './optimizer';
import { optimizerStep, warmup } from './optimizer';
import type { Recipe } from './recipe';
import type { StepReport } from './report';
import { disposeWeights, exportWeights, freshWeights, restoredWeights } from './weightsState';

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

/** A moment of the run that one can go back to. */
interface Moment {
  readonly weights: Weights;
  readonly stepsDone: number;
}

function trainingRun(recipe: Recipe, seed: number, startStep: number, startWeights: Weights): TrainingRun {
  const schedule = makeSchedule(recipe.schedule);
  const rng = createRng(seed, 'train');
  let current: Moment = { weights: startWeights, stepsDone: startStep };
  /** The last moment whose losses have been read and found good. */
  let good = current;
  let trend: LossTrend = noTrend;
  let pending: Pending[] = [];
  let poisoned = false;
  let disposed = false;
  let reading: Promise<unknown> = Promise.resolve();
  /** Moments that a read in progress may still make the good one. */
  const held = new Set<Moment>();

  const release = (moment: Moment): void => {
    if (disposed || (moment !== current && moment !== good && !held.has(moment))) disposeWeights(moment.weights);
  };

  const run = {
    recipe,
    seed,
    learningRateFactor: 1,
    get stepsDone() {
      return current.stepsDone;
    },

    step(batch: Batch): void {
      const startedAt = performance.now();
      const step = current.stepsDone + 1;
      const noised = noiseBatch(poisoned ? spoiled(batch) : batch, recipe, schedule, rng.fork('step', step));
      const factor = warmup(recipe, step) * run.learningRateFactor;
      const { weights, results } = tf.tidy(() => {
        const { gradients, errors } = batchGradients(recipe, schedule, current.weights.param, noised);
        const norm = globalNorm(gradients);
        const clip = clipFactor(norm, recipe.clipNorm);
        const clipped = Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, clip)]));
        const next = optimizerStep(recipe, current.weights, clipped, step, factor);
        const ema = emaStep(current.weights.ema, next.param, emaDecay(recipe.ema, step));
        return { weights: { ...next, ema }, results: tf.concat1d([errors, tf.reshape(norm, [1])]) };
      });
      poisoned = false;
      const before = current;
      current = { weights, stepsDone: step };
      release(before);
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
      const next = reading.then(readPending);
      reading = next.catch(() => undefined); // whoever asked gets the error; the next reader starts afresh
      return next;
    },

    weights: (which: 'ema' | 'raw'): Params => (which === 'ema' ? current.weights.ema : current.weights.param),
    exportState: (): Promise<NamedArrays> => exportWeights(current.weights),
    poison(): void {
      poisoned = true;
    },

    dispose(): void {
      if (disposed) return;
      disposed = true;
      for (const { results } of pending) results.dispose();
      pending = [];
      for (const moment of new Set([current, good, ...held])) release(moment);
    },
  };

  async function readPending(): Promise<readonly StepReport[]> {
    const taken = pending;
    if (taken.length === 0) return [];
    pending = [];
    const candidate = current;
    held.add(candidate);
    const startedAt = performance.now();
    const joined = tf.concat1d(taken.map(({ results }) => results));
    for (const { results } of taken) results.dispose();
    const numbers = await joined.data<'float32'>().finally(() => {
      joined.dispose();
      held.delete(candidate);
      if (!disposed) release(candidate); // only if later steps have replaced it; it becomes the good one below
    });
    if (disposed) return [];
    const waitMs = (performance.now() - startedAt) / taken.length;
    const reports = taken.map((entry, i) => {
      const width = recipe.batchSize + 1;
      return makeReport(recipe, entry, numbers.subarray(i * width, (i + 1) * width), entry.dispatchMs + waitMs);
    });

    let following = trend;
    for (const { step, loss, gradNorm } of reports) {
      following = followLoss(following, loss);
      const wrong = symptom(following, loss, gradNorm);
      if (wrong !== null) {
        goBack(candidate);
        throw new AppError(
          'train/diverged',
          `Training went wrong at step ${step}: ${wrong}. The weights of step ${good.stepsDone} are back in place; a lower learning rate usually helps.`,
        );
      }
    }
    trend = following;
    const before = good;
    good = candidate;
    release(before);
    return reports;
  }

  /** To the last good moment; steps dispatched in the meantime stood on the bad ones and are dropped too. */
  function goBack(candidate: Moment): void {
    for (const { results } of pending) results.dispose();
    pending = [];
    const after = current;
    current = good;
    release(candidate);
    if (after !== candidate) release(after);
  }

  return run;
}

/** Pictures that are not numbers: everything computed from them, the loss included, is NaN. */
function spoiled(batch: Batch): Batch {
  return { ...batch, x0: batch.x0.map(() => NaN) };
}
