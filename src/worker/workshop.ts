/** What every command does: the runs, the device, the digits and the storage, and how they work together. */
import * as tf from '@tensorflow/tfjs-core';
import { AppError, toFailure, type Failure } from '../base/errors';
import { recipeIds, type RecipeId } from '../training/recipe';
import { createCheckpoints, type Checkpoints } from './checkpoints';
import { discardLostBackend, openDevice, type Device } from './device';
import { createDigits, type Digits } from './digits';
import { draw } from './drawing';
import type { EngineHost } from './host';
import { inspect } from './inspect';
import { createJudging, type Judging } from './judging';
import { createKeeper, type Keeper } from './keeper';
import type {
  Answer,
  Ask,
  BackendAsk,
  DataReport,
  Memory,
  News,
  RunSnapshot,
  SampleFrame,
  SampleSummary,
  StepProfile,
} from './protocol';
import { profileStep } from './profile';
import { createRecordedModel, type RecordedModel } from './recordedModel';
import { orCancelled, throwIfCancelled, type Request } from './requests';
import { RunState } from './runState';
import { decodeRunFile, encodeRunFile } from './weightsFile';
import { Trainer } from './trainer';
import { createTrainingLock } from './trainingLock';

type RunAsk = Ask<'run.pause'>;

export class Workshop {
  readonly #host: EngineHost;
  readonly #ask: BackendAsk;
  readonly #runs = Object.fromEntries(recipeIds.map((id) => [id, new RunState(id)])) as Readonly<Record<RecipeId, RunState>>;
  readonly #digits: Digits;
  readonly #recorded: RecordedModel;
  readonly #judging: Judging;
  readonly #checkpoints: Checkpoints | null;
  readonly #keeper: Keeper;
  readonly #trainer: Trainer;
  /** Replaced when the GPU is lost; whoever needs it then waits for the next one. */
  #device: Promise<Device>;

  /** @throws backend/none */
  static async open({ baseUrl, ...ask }: Ask<'init'>, host: EngineHost): Promise<Workshop> {
    const device = await openDevice(ask, host);
    const tell = (news: News): void => host.post({ type: 'news', news }, []);
    const checkpoints = await openCheckpoints(host, tell);
    const workshop = new Workshop({ device, ask, baseUrl, host, checkpoints });
    for (const run of workshop.#all) await workshop.#restore(run);
    return workshop;
  }

  private constructor(parts: {
    readonly device: Device;
    readonly ask: BackendAsk;
    readonly baseUrl: string;
    readonly host: EngineHost;
    readonly checkpoints: Checkpoints | null;
  }) {
    const { device, ask, baseUrl, host, checkpoints } = parts;
    this.#host = host;
    // Should the GPU be lost: no time for measuring again.
    this.#ask = { ...ask, probe: { remembered: device.report.probe, isForced: false } };
    this.#device = Promise.resolve(device);
    this.#watch(device);
    this.#digits = createDigits({ baseUrl, fetch: host.fetch, tell: this.#tell });
    this.#recorded = createRecordedModel(baseUrl, host.fetch);
    this.#judging = createJudging(baseUrl, host.fetch);
    this.#checkpoints = checkpoints;
    this.#keeper = createKeeper(checkpoints, () => this.#device, this.#tell);
    this.#trainer = new Trainer({
      device: () => this.#device,
      digits: this.#digits,
      keeper: this.#keeper,
      lock: createTrainingLock(host.locks),
      tell: this.#tell,
      judge: async (pixels) => this.#judging.judge(pixels, await this.#device),
    });
  }

  async report(): Promise<Answer<'init'>> {
    const { report } = await this.#device;
    return { backend: report, runs: this.#all.map((run) => run.snapshot()) };
  }

  /** @throws data/fetch, data/format, request/cancelled */
  async loadData(signal: AbortSignal): Promise<DataReport> {
    await orCancelled(this.#digits.load(), signal);
    return this.#digits.report();
  }

  /** @throws range, for a recipe that cannot be built; the run stays as it was */
  async create({ recipe, seed }: Ask<'run.create'>): Promise<RunSnapshot> {
    const run = this.#run(recipe.id);
    new RunState(recipe.id).reset(recipe, seed).build().release();
    await this.#trainer.stop(run);
    run.reset(recipe, seed);
    await this.#keeper.forget(run);
    return run.snapshot();
  }

  /** @throws tab/busy */
  async start({ runId, untilStep }: Ask<'run.start'>): Promise<RunSnapshot> {
    const run = this.#run(runId);
    await this.#catchUp(run);
    await this.#trainer.start(run, untilStep);
    return run.snapshot();
  }

  async pause({ runId }: RunAsk): Promise<RunSnapshot> {
    const run = this.#run(runId);
    await this.#trainer.stop(run);
    return run.snapshot();
  }

  /** @throws tab/busy, train/diverged, request/cancelled */
  async step({ runId }: RunAsk, signal: AbortSignal): Promise<RunSnapshot> {
    const run = this.#run(runId);
    await this.#trainer.stop();
    await this.#catchUp(run);
    const { ended } = await this.#trainer.start(run, run.stepsDone + 1);
    const stop = (): void => void this.#trainer.stop(run);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    const failure = await ended.finally(() => signal.removeEventListener('abort', stop));
    throwIfCancelled(signal);
    if (failure) throw new AppError(failure.code, failure.message, failure.detail);
    return run.snapshot();
  }

  async reset({ runId }: RunAsk): Promise<RunSnapshot> {
    const run = this.#run(runId);
    await this.#trainer.stop(run);
    run.reset();
    await this.#keeper.forget(run);
    return run.snapshot();
  }

  /** @throws range */
  setLearningRate({ runId, factor }: Ask<'run.setLearningRate'>): RunSnapshot {
    if (!Number.isFinite(factor) || factor < 0) throw new AppError('range', `A learning rate cannot be multiplied by ${factor}.`);
    const run = this.#run(runId);
    run.setLearningRateFactor(factor);
    return run.snapshot();
  }

  /** @throws range */
  setPreviewInterval({ runId, steps }: Ask<'run.setPreviewInterval'>): RunSnapshot {
    if (!Number.isInteger(steps) || steps < 0) throw new AppError('range', `There can be no picture every ${steps} steps.`);
    const run = this.#run(runId);
    run.previewInterval = steps;
    return run.snapshot();
  }

  /** @throws range, for a run that is not told which digits it sees: nobody could say whether it drew what was asked for */
  setJudging({ runId, isWanted }: Ask<'run.setJudging'>): RunSnapshot {
    const run = this.#run(runId);
    if (isWanted && run.recipe.model.classes === 0) {
      throw new AppError('range', 'This run is not told which digits it sees, so it cannot be asked for one and judged by it.');
    }
    run.isJudged = isWanted;
    return run.snapshot();
  }

  /** @throws range, shape, data/fetch, backend/lost, request/cancelled */
  async sample(ask: Ask<'sample'>, { signal, part }: Request<'sample'>): Promise<SampleSummary> {
    const device = await this.#device;
    throwIfCancelled(signal);
    const { source, ...request } = ask;
    const { model, trainedSteps } = source.kind === 'recorded' ? await this.#recorded.load() : this.#learned(source);
    const startedAt = performance.now();
    let nfe = 0;
    for await (const frame of draw(model, request, { device, signal })) {
      nfe = frame.nfe;
      part(frame, buffersOf(frame));
    }
    const { backend } = device.report;
    return { nfe, ms: performance.now() - startedAt, backend, predictionType: model.predictionType, trainedSteps };
  }

  /** @throws range, shape, backend/lost */
  async inspect({ runId, ...ask }: Ask<'inspect'>): Promise<Answer<'inspect'>> {
    const device = await this.#device;
    return inspect(this.#run(runId).model('ema'), ask, device);
  }

  /** @throws range, shape, data/fetch, weights/format, backend/lost, request/cancelled */
  async judge({ pixels }: Ask<'judge'>, signal: AbortSignal): Promise<Answer<'judge'>> {
    const device = await this.#device;
    throwIfCancelled(signal);
    return orCancelled(this.#judging.judge(pixels, device), signal);
  }

  async save(): Promise<Record<never, never>> {
    for (const run of this.#all) await this.#trainer.save(run);
    return {};
  }

  /** @throws range, before the first step */
  async exportWeights({ runId, weights }: Ask<'weights.export'>): Promise<Answer<'weights.export'>> {
    const run = this.#run(runId);
    await this.#trainer.keep(run);
    const content = run.takeAlong();
    return { bytes: encodeRunFile(content, weights), step: content.stepsDone };
  }

  /** The file is checked as a whole before the present run is touched. @throws weights/format, weights/version, range */
  async importWeights({ runId, bytes }: Ask<'weights.import'>): Promise<RunSnapshot> {
    const run = this.#run(runId);
    const content = decodeRunFile(bytes, run.snapshot());
    await this.#trainer.stop(run);
    run.adopt(content);
    await this.#keeper.keep(run);
    return run.snapshot();
  }

  memory(): Memory {
    const { numTensors, numBytes } = tf.memory();
    return { tensors: numTensors, bytes: numBytes };
  }

  /** @throws range, while a run trains; backend/lost, request/cancelled */
  async profile({ runId }: Ask<'profile'>, { check }: Request<'profile'>): Promise<StepProfile> {
    const device = await this.#device;
    const { recipe } = this.#run(runId);
    const checkAlone = (): void => {
      check();
      if (!this.#trainer.current) return;
      throw new AppError('range', 'Training and measuring would slow each other down. Pause training, and measure then.');
    };
    checkAlone();
    const measured = await profileStep(recipe, { device, check: checkAlone });
    return { backend: device.report.backend, ...measured };
  }

  /** @throws range, where there is nothing of the kind to break */
  async sabotage({ what }: Ask<'sabotage'>): Promise<Record<never, never>> {
    if (what === 'context') (await this.#device).lose();
    else if (what === 'nan') (this.#trainer.current?.run ?? this.#runs.quick).training.poison();
    else if (!this.#checkpoints) throw new AppError('range', 'Nothing is stored in this browser, so there is nothing to break.');
    else if (what === 'storage') this.#checkpoints.fillUp();
    else {
      await this.#keeper.written();
      await this.#checkpoints.damage();
    }
    return {};
  }

  async close(): Promise<void> {
    await this.#trainer.stop();
    for (const run of this.#all) run.release();
    this.#recorded.release();
  }

  get #all(): readonly RunState[] {
    return Object.values(this.#runs);
  }

  readonly #tell = (news: News): void => this.#host.post({ type: 'news', news }, []);

  #run(runId: RecipeId): RunState {
    const run: RunState | undefined = this.#runs[runId]; // it comes from the other side of a wire
    if (!run) throw new AppError('range', `There is no run named ${String(runId)}.`);
    return run;
  }

  #learned({ runId, weights }: { readonly runId: RecipeId; readonly weights: 'ema' | 'raw' }): {
    readonly model: ReturnType<RunState['model']>;
    readonly trainedSteps: number;
  } {
    const run = this.#run(runId);
    return { model: run.model(weights), trainedSteps: run.stepsTaken };
  }

  async #restore(run: RunState): Promise<void> {
    try {
      await this.#checkpoints?.restore(run.runId, (content) => run.restore(content));
    } catch (thrown) {
      this.#tell({ type: 'notice', failure: toFailure(thrown) });
    }
  }

  /** Another tab may have trained this run further: going on from what we have would overwrite that. */
  async #catchUp(run: RunState): Promise<void> {
    if (this.#trainer.current?.run === run) return;
    await this.#keeper.written();
    const isOutdated = await this.#checkpoints?.isOutdated(run.runId).catch(() => false); // a store that can't be read is told when it is written to
    if (!isOutdated) return;
    await this.#restore(run);
    this.#tell({ type: 'run.replaced', run: run.snapshot() });
  }

  #watch(device: Device): void {
    device.onLost(() => {
      this.#device = this.#recover();
      this.#device.catch((thrown: unknown) => this.#tell({ type: 'notice', failure: toFailure(thrown) }));
    });
  }

  /** The GPU is gone: start it again, or the processor in its place, and go on from the last good weights. */
  async #recover(): Promise<Device> {
    const training = this.#trainer.current;
    const reached = training?.run.stepsDone ?? 0;
    await this.#trainer.stop();
    for (const run of this.#all) run.release();
    this.#recorded.release();
    discardLostBackend();
    const device = await openDevice(this.#ask, this.#host);
    this.#watch(device);
    this.#tell({ type: 'backend', backend: device.report });
    for (const run of this.#all) {
      run.revive();
      this.#tell({ type: 'run.replaced', run: run.snapshot() });
    }
    this.#tell({ type: 'notice', failure: lostNotice(device, training && { reached, from: training.run.stepsDone }) });
    if (training)
      void this.#trainer
        .start(training.run, training.untilStep)
        .catch((thrown: unknown) => this.#tell({ type: 'notice', failure: toFailure(thrown) }));
    return device;
  }
}

function lostNotice(device: Device, training: { readonly reached: number; readonly from: number } | null): Failure {
  const again = device.report.renderer !== null ? 'It is back' : 'It did not come back, so the processor computes from here on';
  const consequence = training
    ? `training, which had reached step ${training.reached}, goes on from the weights of step ${training.from}`
    : 'the runs are as they were last kept';
  return {
    code: 'backend/lost',
    message: `The graphics card was taken away from this page for a moment. ${again}; ${consequence}.`,
  };
}

async function openCheckpoints(host: EngineHost, tell: (news: News) => void): Promise<Checkpoints | null> {
  try {
    return createCheckpoints(await host.openStore(), (failure) => tell({ type: 'notice', failure: toFailure(failure) }));
  } catch (thrown) {
    tell({ type: 'notice', failure: toFailure(thrown) });
    return null;
  }
}

function buffersOf({ xt, x0, eps, noise }: SampleFrame): ArrayBufferLike[] {
  return [xt, x0, eps, noise].flatMap((array) => (array ? [array.buffer] : []));
}
