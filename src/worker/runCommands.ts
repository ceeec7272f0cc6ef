/** What can be asked of a run: to begin, to train, to stop, to change its settings, to be saved, taken along and brought back. */
import { AppError, fromFailure } from '../base/errors';
import type { Device } from './device';
import type { Keeper } from './keeper';
import type { Answer, Ask, RunSnapshot } from './protocol';
import { obstacleToJudging } from './qualityMark';
import { throwIfCancelled } from './requests';
import type { RunRegistry } from './runRegistry';
import { RunState } from './runState';
import type { Trainer } from './trainer';
import { decodeRunFile, encodeRunFile } from './weightsFile';

type RunAsk = Ask<'run.pause'>;

export interface RunCommandParts {
  readonly runs: RunRegistry;
  readonly trainer: Trainer;
  readonly keeper: Keeper;
  /** The device of now; after a loss it settles when there is another. */
  readonly device: () => Promise<Device>;
}

export class RunCommands {
  readonly #runs: RunRegistry;
  readonly #trainer: Trainer;
  readonly #keeper: Keeper;
  readonly #device: () => Promise<Device>;

  constructor({ runs, trainer, keeper, device }: RunCommandParts) {
    this.#runs = runs;
    this.#trainer = trainer;
    this.#keeper = keeper;
    this.#device = device;
  }

  /** @throws range, for a recipe that cannot be built; the run stays as it was */
  async create({ recipe, seed }: Ask<'run.create'>): Promise<RunSnapshot> {
    const run = this.#runs.get(recipe.id);
    new RunState(recipe.id).reset(recipe, seed).build().release();
    await this.#trainer.stop(run);
    run.reset(recipe, seed);
    await this.#keeper.forget(run);
    return run.snapshot();
  }

  /** @throws tab/busy */
  async start({ runId, untilStep }: Ask<'run.start'>): Promise<RunSnapshot> {
    const run = this.#runs.get(runId);
    await this.#catchUp(run);
    await this.#trainer.start(run, untilStep);
    return run.snapshot();
  }

  /**
   * Trains on from wherever the run is, and settles when training has ended. A lost graphics card is waited for.
   * @throws range, for a step that is no step; tab/busy, train/diverged, request/cancelled
   */
  async trainTo({ runId, untilStep }: Ask<'run.trainTo'>, signal: AbortSignal): Promise<RunSnapshot> {
    if (!Number.isInteger(untilStep) || untilStep < 1) throw new AppError('range', `There is no training step ${untilStep}.`);
    const run = this.#runs.get(runId);
    await this.#catchUp(run);
    for (;;) {
      throwIfCancelled(signal);
      if (run.stepsDone >= untilStep && this.#trainer.current?.run !== run) return run.snapshot();
      const failure = await this.#train(run, untilStep, signal);
      if (failure === null) return run.snapshot();
      if (failure.code !== 'backend/lost') throw failure;
      await this.#device(); // which brings the run back to its last good step
    }
  }

  async pause({ runId }: RunAsk): Promise<RunSnapshot> {
    const run = this.#runs.get(runId);
    await this.#trainer.stop(run);
    return run.snapshot();
  }

  /** @throws tab/busy, train/diverged, backend/lost, request/cancelled */
  async step({ runId }: RunAsk, signal: AbortSignal): Promise<RunSnapshot> {
    const run = this.#runs.get(runId);
    await this.#trainer.stop();
    await this.#catchUp(run);
    const failure = await this.#train(run, run.stepsDone + 1, signal);
    if (failure) throw failure;
    return run.snapshot();
  }

  async reset({ runId }: RunAsk): Promise<RunSnapshot> {
    const run = this.#runs.get(runId);
    await this.#trainer.stop(run);
    run.reset();
    await this.#keeper.forget(run);
    return run.snapshot();
  }

  /** @throws range */
  setLearningRate({ runId, factor }: Ask<'run.setLearningRate'>): RunSnapshot {
    if (!Number.isFinite(factor) || factor < 0) throw new AppError('range', `A learning rate cannot be multiplied by ${factor}.`);
    const run = this.#runs.get(runId);
    run.setLearningRateFactor(factor);
    return run.snapshot();
  }

  /** @throws range */
  setPreviewInterval({ runId, steps }: Ask<'run.setPreviewInterval'>): RunSnapshot {
    if (!Number.isInteger(steps) || steps < 0) throw new AppError('range', `There can be no picture every ${steps} steps.`);
    const run = this.#runs.get(runId);
    run.previewInterval = steps;
    return run.snapshot();
  }

  /** @throws range, for a run whose pictures the judge cannot say anything about */
  setJudging({ runId, isWanted }: Ask<'run.setJudging'>): RunSnapshot {
    const run = this.#runs.get(runId);
    const obstacle = isWanted ? obstacleToJudging(run.recipe) : null;
    if (obstacle !== null) throw new AppError('range', obstacle);
    run.isJudged = isWanted;
    return run.snapshot();
  }

  async save(): Promise<Record<never, never>> {
    for (const run of this.#runs.all) await this.#trainer.save(run);
    return {};
  }

  /** @throws range, before the first step */
  async exportWeights({ runId, weights }: Ask<'weights.export'>): Promise<Answer<'weights.export'>> {
    const run = this.#runs.get(runId);
    await this.#trainer.keep(run);
    const content = run.takeAlong();
    return { bytes: encodeRunFile(content, weights), step: content.stepsDone };
  }

  /** The file is checked as a whole before the present run is touched. @throws weights/format, weights/version, range */
  async importWeights({ runId, bytes }: Ask<'weights.import'>): Promise<RunSnapshot> {
    const run = this.#runs.get(runId);
    const content = decodeRunFile(bytes, run.snapshot());
    await this.#trainer.stop(run);
    run.adopt(content);
    await this.#keeper.keep(run);
    return run.snapshot();
  }

  /** Settles when training has ended. @returns why it failed, or null. @throws tab/busy, request/cancelled (then it is paused) */
  async #train(run: RunState, untilStep: number, signal: AbortSignal): Promise<AppError | null> {
    const { ended } = await this.#trainer.start(run, untilStep);
    const stop = (): void => void this.#trainer.stop(run);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    const failure = await ended.finally(() => signal.removeEventListener('abort', stop));
    throwIfCancelled(signal);
    return failure && fromFailure(failure);
  }

  async #catchUp(run: RunState): Promise<void> {
    if (this.#trainer.current?.run === run) return;
    await this.#keeper.written();
    await this.#runs.catchUp(run);
  }
}
