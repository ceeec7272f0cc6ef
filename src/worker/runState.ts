/**
 * A run as the engine keeps it: the weights (made when first needed), what the page is told of it, and what a checkpoint
 * holds. It knows nothing of loops, messages or storage.
 */
import { AppError } from '../base/errors';
import { parameterCount } from '../model/cost';
import { createBatches, type Batches } from '../data/batches';
import type { NamedArrays } from '../model/config';
import { fingerprintOf } from '../training/fingerprint';
import { slotRecipes } from '../training/slotRecipes';
import type { Recipe } from '../training/recipe';
import type { LatentSpace } from '../training/latentBatches';
import { createRun, resumeRun, type TrainingRun } from '../training/run';
import { flopsPerStep } from '../training/cost';
import type { RunContent } from './checkpoint';
import { modelOf, type Model } from './model';
import type { Fingerprint, PreviewFrame, QualityCheck, RunId, RunSnapshot, RunStatus, StepReport } from './protocol';
import type { TakenAlong } from './weightsFile';

const defaultSeed = 0;

/** The weights of a moment, outside the GPU: what is gone back to when the GPU is lost. */
export interface Moment {
  readonly stepsDone: number;
  readonly trainedMs: number;
  readonly state: NamedArrays;
}

export class RunState {
  readonly runId: RunId;
  status: RunStatus = { kind: 'idle' };
  trainedMs = 0;
  /** Replaced, never written to: snapshots refer to them. */
  history: readonly StepReport[] = [];
  film: readonly PreviewFrame[] = [];
  /** 0: the default. */
  previewInterval = 0;
  savedStep: number | null = null;
  /** Whether the judge is asked while training. */
  isJudged = false;
  checks: readonly QualityCheck[] = [];
  /** Spent on getting ready to train, or waiting for digits, on this visit. */
  readyMs = 0;
  lastGood: Moment | null = null;
  /** The backend that has run this network before: its shaders are compiled. */
  isWarm = false;
  /** Where a run of latents trains and draws; to be set before it does either. Borrowed. */
  latentSpace: LatentSpace | undefined;
  #recipe: Recipe;
  #seed = defaultSeed;
  /** Steps that weights from a file had been trained for when they came, without a history; 0 for a run begun here. */
  #startStep = 0;
  #learningRateFactor = 1;
  #training: TrainingRun | null = null;
  #batches: Batches | null = null;
  #printed: { readonly state: NamedArrays; readonly text: string } | null = null;

  constructor(runId: RunId) {
    this.runId = runId;
    this.#recipe = slotRecipes[runId];
  }

  get recipe(): Recipe {
    return this.#recipe;
  }

  get seed(): number {
    return this.#seed;
  }

  /** Steps whose results have been read. */
  get stepsDone(): number {
    return this.history.at(-1)?.step ?? this.#startStep;
  }

  /** Steps dispatched so far, read or not. */
  get stepsTaken(): number {
    return this.#training?.stepsDone ?? 0;
  }

  /** Of the last good moment. */
  get fingerprint(): Fingerprint | null {
    if (!this.lastGood) return null;
    const { stepsDone, state } = this.lastGood;
    if (this.#printed?.state !== state) this.#printed = { state, text: fingerprintOf(state) };
    return { step: stepsDone, text: this.#printed.text };
  }

  /** @throws range, for a network that cannot be built */
  get training(): TrainingRun {
    if (!this.#training) {
      this.#training = createRun(this.#recipe, this.#seed);
      this.#training.learningRateFactor = this.#learningRateFactor;
    }
    return this.#training;
  }

  setLearningRateFactor(factor: number): void {
    this.#learningRateFactor = factor;
    if (this.#training) this.#training.learningRateFactor = factor;
  }

  batches(counts: readonly number[]): Batches {
    this.#batches ??= createBatches({ counts, seed: this.#seed, batchSize: this.#recipe.batchSize });
    return this.#batches;
  }

  model(weights: 'ema' | 'raw'): Model {
    return modelOf(this.#recipe, this.training.weights(weights), this.latentSpace);
  }

  /** Everything forgotten but the settings. */
  reset(recipe = this.#recipe, seed = this.#seed): this {
    this.release();
    this.#recipe = recipe;
    this.#seed = seed;
    this.#batches = null;
    this.#learningRateFactor = 1;
    this.trainedMs = 0;
    this.readyMs = 0;
    this.checks = [];
    this.#startStep = 0;
    this.history = [];
    this.film = [];
    this.savedStep = null;
    this.lastGood = null;
    this.isWarm = false;
    this.status = { kind: 'idle' };
    return this;
  }

  /** Makes the weights now. @throws range, for a network that cannot be built */
  build(): this {
    void this.training;
    return this;
  }

  /** Everything as it was saved. @throws weights/format */
  restore(content: RunContent): void {
    const training = resumeRun(content.recipe, content.seed, content.stepsDone, content.state);
    this.reset(content.recipe, content.seed);
    this.#training = training;
    this.setLearningRateFactor(content.learningRateFactor);
    this.previewInterval = content.previewInterval;
    this.trainedMs = content.trainedMs;
    this.#startStep = (content.history[0]?.step ?? content.stepsDone + 1) - 1;
    this.history = content.history;
    this.film = content.film;
    this.savedStep = content.stepsDone;
    this.lastGood = content;
    this.status = { kind: 'paused' };
  }

  /** What the reader takes along: the last good moment, with the steps that led to it. @throws range, before the first step */
  takeAlong(): TakenAlong {
    const moment = this.lastGood;
    if (!moment) throw new AppError('range', 'Nothing has been trained yet, so there is nothing to take along.');
    const history = this.history.filter(({ step }) => step <= moment.stepsDone);
    return { ...moment, recipe: this.#recipe, seed: this.#seed, history };
  }

  /** A run from a file in place of this one, not saved yet. @throws weights/format */
  adopt(content: TakenAlong): void {
    const { previewInterval } = this;
    this.restore({ ...content, learningRateFactor: 1, previewInterval, film: [] });
    this.savedStep = null;
    this.lastGood = null;
  }

  /** Lets go of every tensor; the next use makes them anew from the last good moment, or from the seed. */
  release(): void {
    this.#training?.dispose();
    this.#training = null;
    this.latentSpace = undefined;
    this.isWarm = false;
  }

  /** Back to the last good moment, on whatever backend there is now. */
  revive(): void {
    const moment = this.lastGood;
    const stepsDone = moment?.stepsDone ?? 0;
    if (moment) {
      this.#training = resumeRun(this.#recipe, this.#seed, stepsDone, moment.state);
      this.#training.learningRateFactor = this.#learningRateFactor;
    }
    if (!moment) this.#startStep = 0;
    this.trainedMs = moment?.trainedMs ?? 0;
    this.history = this.history.filter(({ step }) => step <= stepsDone);
    this.film = this.film.filter(({ step }) => step <= stepsDone);
    this.checks = this.checks.filter(({ step }) => step <= stepsDone);
  }

  /** All that a checkpoint holds; call it when every step has been read. */
  content(state: NamedArrays): RunContent {
    return {
      recipe: this.#recipe,
      seed: this.#seed,
      stepsDone: this.stepsDone,
      trainedMs: this.trainedMs,
      learningRateFactor: this.#learningRateFactor,
      previewInterval: this.previewInterval,
      history: this.history,
      film: this.film,
      state,
    };
  }

  snapshot(): RunSnapshot {
    return {
      runId: this.runId,
      recipe: this.#recipe,
      seed: this.#seed,
      stepsDone: this.stepsDone,
      trainedMs: this.trainedMs,
      learningRate: this.#recipe.learningRate * this.#learningRateFactor,
      status: this.status,
      history: this.history,
      film: this.film,
      parameters: parameterCount(this.#recipe.model),
      flopsPerStep: flopsPerStep(this.#recipe),
      savedStep: this.savedStep,
      fingerprint: this.fingerprint,
      isJudged: this.isJudged,
      checks: this.checks,
    };
  }
}
