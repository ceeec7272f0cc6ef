/**
 * The steps of training, whatever is trained: weights, the optimiser's memory, a step count, and what to do when a loss is no number.
 * Nothing is asynchronous but reading results back, so a GPU can be kept busy; and a step is a pure function of the weights, the
 * batch, the seed and the step's number.
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors';
import type { NamedArrays } from '../model/config';
import type { Params } from '../model/tensors';
import { clipFactor, globalNorm } from './clip';
import { followLoss, noTrend, symptom, type LossTrend } from './divergence';
import { createMoments, type Moment } from './moments';
import { optimizerStep, type OptimizerSettings } from './optimizer';
import { exportWeights } from './weightsState';

/** What every report says. */
interface Judged {
  readonly step: number;
  readonly loss: number;
  readonly gradNorm: number;
}

/** A step that has been dispatched. */
export interface Taken<Memory> {
  readonly step: number;
  /** By which both learning rates were multiplied. */
  readonly rateFactor: number;
  readonly memory: Memory;
}

export interface StepperParts<Batch, Prepared, Memory, Report extends Judged> {
  readonly start: Moment;
  readonly settings: OptimizerSettings;
  readonly clipNorm: number | null;
  /** Length of what `gradients` measures beside the gradients. */
  readonly numbersPerStep: number;
  readonly rateFactor: (step: number) => number;
  readonly prepare: (batch: Batch, step: number) => Prepared;
  /** Within a tidy; everything returned is the caller's. errors: [numbersPerStep] */
  readonly gradients: (params: Params, prepared: Prepared) => { readonly gradients: Params; readonly errors: tf.Tensor1D };
  /** What the report will need of the batch, besides numbers from the device. */
  readonly remember: (prepared: Prepared) => Memory;
  /** @param numbers [numbersPerStep + 1]: the errors, then the gradient's norm @param ms with its share of the waiting */
  readonly report: (taken: Taken<Memory>, numbers: Float32Array, ms: number) => Report;
}

export interface Stepper<Batch, Report> {
  /** Steps dispatched. */
  readonly stepsDone: number;
  /** One optimiser step, dispatched but not waited for. */
  readonly step: (batch: Batch) => void;
  /**
   * Reads what the steps since the last flush have reported; [] if there were none.
   * @throws train/diverged, after having gone back to the weights of the last good flush; stepsDone goes back with them
   */
  readonly flush: () => Promise<readonly Report[]>;
  /** Borrowed, and good until the next step. */
  readonly weights: (which: 'ema' | 'raw') => Params;
  /** All that continuing takes, bit for bit on the same backend. Flush first: unread steps may have diverged. */
  readonly exportState: () => Promise<NamedArrays>;
  readonly dispose: () => void;
}

interface Pending<Memory> extends Taken<Memory> {
  readonly dispatchMs: number;
  /** [numbersPerStep + 1]: the errors, then the gradient's norm. */
  readonly results: tf.Tensor1D;
}

export function createStepper<Batch, Prepared, Memory, Report extends Judged>(
  parts: StepperParts<Batch, Prepared, Memory, Report>,
): Stepper<Batch, Report> {
  const moments = createMoments(parts.start);
  let trend: LossTrend = noTrend;
  let pending: Pending<Memory>[] = [];
  let disposed = false;
  /** Reads are settled one after the other, since each needs to know whether the one before was good. */
  let settled: Promise<unknown> = Promise.resolve();
  /** How often the run went back: results of steps dispatched before stand on weights that are no more. */
  let timesGoneBack = 0;

  function step(batch: Batch): void {
    const startedAt = performance.now();
    const { weights: before, stepsDone } = moments.current;
    const number = stepsDone + 1;
    const prepared = parts.prepare(batch, number);
    const rateFactor = parts.rateFactor(number);
    const { weights, results } = tf.tidy(() => {
      const { gradients, errors } = parts.gradients(before.param, prepared);
      const norm = globalNorm(gradients);
      const clip = clipFactor(norm, parts.clipNorm);
      const next = optimizerStep(parts.settings, before, gradients, clip, number, rateFactor);
      return { weights: { ...next }, results: tf.concat1d([errors, tf.reshape(norm, [1])]) };
    });
    moments.advance({ weights, stepsDone: number });
    const dispatchMs = performance.now() - startedAt;
    pending.push({ step: number, rateFactor, memory: parts.remember(prepared), dispatchMs, results });
  }

  function flush(): Promise<readonly Report[]> {
    const next = pending.length === 0 ? settled.then(() => []) : read();
    settled = next.catch(() => undefined); // whoever asked gets the error; the next reader starts afresh
    return next;
  }

  function dropPending(): void {
    for (const { results } of pending) results.dispose();
    pending = [];
  }

  /** Takes what is pending now; steps dispatched while it travels belong to the next read. */
  async function read(): Promise<readonly Report[]> {
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
    const width = parts.numbersPerStep + 1;
    const reports = taken.map((entry, i) =>
      parts.report(entry, numbers.subarray(i * width, (i + 1) * width), entry.dispatchMs + waitMs),
    );
    judge(reports, moment);
    return reports;
  }

  /** Makes the moment after these steps the good one, or goes back to the one before them. @throws train/diverged */
  function judge(reports: readonly Report[], moment: Moment): void {
    let following = trend;
    for (const { step: number, loss, gradNorm } of reports) {
      following = followLoss(following, loss);
      const wrong = symptom(following, loss, gradNorm);
      if (wrong === null) continue;
      timesGoneBack += 1;
      dropPending();
      moments.goBack();
      moments.drop(moment);
      throw new AppError(
        'train/diverged',
        `Training went wrong at step ${number}: ${wrong}. The weights of step ${moments.good.stepsDone} are back in place; a lower learning rate usually helps.`,
      );
    }
    trend = following;
    moments.accept(moment);
  }

  return {
    get stepsDone() {
      return moments.current.stepsDone;
    },
    step,
    flush,
    weights: (which) => (which === 'ema' ? moments.current.weights.ema : moments.current.weights.param),
    exportState: () => exportWeights(moments.current.weights),
    dispose(): void {
      if (disposed) return;
      disposed = true;
      dropPending();
      moments.dispose();
    },
  };
}
