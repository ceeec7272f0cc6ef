/** Where everything is put together: the runs, the device, the digits and the storage; and how a lost graphics card is replaced. */
import * as tf from '@tensorflow/tfjs-core';
import { AppError, toFailure, type Failure } from '../base/errors';
import { createCheckpoints, type Checkpoints } from './checkpoints';
import { discardLostBackend, openDevice, type Device } from './device';
import { createDigits, type Digits } from './digits';
import { DrawCommands } from './drawCommands';
import { EmbedCommands } from './embedding';
import { createAutoencoders, type Autoencoders } from './autoencoders';
import { AutoencoderCommands } from './autoencoding';
import { PartCommands } from './partCommands';
import { autoencoderPart } from './parts/autoencoderParts';
import { contrastivePart } from './parts/contrastivePart';
import type { CheckpointStore } from './checkpointStore';
import type { EngineHost } from './host';
import { createJudging } from './judging';
import { createKeeper, type Keeper } from './keeper';
import type { Answer, Ask, BackendAsk, DataReport, Memory, News, StepProfile } from './protocol';
import { profileStep } from './profile';
import { createRecordedModels, type RecordedModels } from './recordedModels';
import { orCancelled, type Request } from './requests';
import { RunCommands } from './runCommands';
import { RunRegistry } from './runRegistry';
import { Trainer } from './trainer';
import { createTrainingLock } from './trainingLock';

export class Workshop {
  readonly run: RunCommands;
  readonly drawing: DrawCommands;
  readonly embedding: EmbedCommands;
  readonly autoencoders: AutoencoderCommands;
  readonly parts: PartCommands;
  readonly #host: EngineHost;
  readonly #ask: BackendAsk;
  readonly #runs: RunRegistry;
  readonly #digits: Digits;
  readonly #recorded: RecordedModels;
  readonly #autoencoders: Autoencoders;
  readonly #checkpoints: Checkpoints | null;
  readonly #keeper: Keeper;
  readonly #trainer: Trainer;
  /** Replaced when the GPU is lost; whoever needs it then waits for the next one. */
  #device: Promise<Device>;

  /** @throws backend/none */
  static async open({ baseUrl, ...ask }: Ask<'init'>, host: EngineHost): Promise<Workshop> {
    const device = await openDevice(ask, host);
    const tell = (news: News): void => host.post({ type: 'news', news }, []);
    const { store, checkpoints } = await openStorage(host, tell);
    const workshop = new Workshop({ device, ask, baseUrl, host, store, checkpoints });
    await workshop.#runs.restoreAll();
    return workshop;
  }

  private constructor(parts: {
    readonly device: Device;
    readonly ask: BackendAsk;
    readonly baseUrl: string;
    readonly host: EngineHost;
    readonly store: CheckpointStore | null;
    readonly checkpoints: Checkpoints | null;
  }) {
    const { device, ask, baseUrl, host, store, checkpoints } = parts;
    this.#host = host;
    // Should the GPU be lost: no time for measuring again.
    this.#ask = { ...ask, probe: { remembered: device.report.probe, isForced: false } };
    this.#device = Promise.resolve(device);
    this.#watch(device);
    this.#runs = new RunRegistry(checkpoints, this.#tell);
    this.#digits = createDigits({ baseUrl, fetch: host.fetch, tell: this.#tell });
    this.#autoencoders = createAutoencoders(baseUrl, host.fetch, (part) => this.parts.weights(part));
    this.#recorded = createRecordedModels(baseUrl, host.fetch, this.#autoencoders.spaceOf);
    const judging = createJudging(baseUrl, host.fetch);
    const now = (): Promise<Device> => this.#device;
    this.#checkpoints = checkpoints;
    this.#keeper = createKeeper(checkpoints, now, this.#tell);
    const lock = createTrainingLock(host.locks);
    this.#trainer = new Trainer({
      ...{ device: now, digits: this.#digits, keeper: this.#keeper, lock, tell: this.#tell },
      judge: async (pixels) => judging.judge(pixels, await now()),
      autoencoders: this.#autoencoders,
      others: { isTraining: () => this.parts.isTraining, stop: () => this.parts.stop() },
    });
    this.parts = new PartCommands({
      kinds: [autoencoderPart('autoencoder'), autoencoderPart('autoencoder-point'), contrastivePart],
      ...{ digits: this.#digits, lock, store, device: now, tell: this.#tell },
      runs: { isTraining: () => this.#trainer.current !== null, stop: () => this.#trainer.stop() },
    });
    this.run = new RunCommands({ runs: this.#runs, trainer: this.#trainer, keeper: this.#keeper, device: now });
    this.drawing = new DrawCommands({
      ...{ runs: this.#runs, recorded: this.#recorded, judging, device: now },
      autoencoders: this.#autoencoders,
    });
    this.embedding = new EmbedCommands({
      ...{ baseUrl, fetch: host.fetch, device: now },
      ownEmbedding: () => this.parts.weights('contrastive'),
    });
    this.autoencoders = new AutoencoderCommands(this.#autoencoders, now);
  }

  async report(): Promise<Answer<'init'>> {
    const { report } = await this.#device;
    return { backend: report, runs: this.#runs.all.map((run) => run.snapshot()) };
  }

  /** @throws data/fetch, data/format, request/cancelled */
  async loadData(signal: AbortSignal): Promise<DataReport> {
    await orCancelled(this.#digits.load(), signal);
    return this.#digits.report();
  }

  async save(): Promise<Record<never, never>> {
    this.parts.save();
    return this.run.save();
  }

  memory(): Memory {
    const { numTensors, numBytes } = tf.memory();
    return { tensors: numTensors, bytes: numBytes };
  }

  /** @throws range, while a run trains; backend/lost, request/cancelled */
  async profile({ runId }: Ask<'profile'>, { check }: Request<'profile'>): Promise<StepProfile> {
    const device = await this.#device;
    const { recipe } = this.#runs.get(runId);
    const checkAlone = (): void => {
      check();
      if (!this.#trainer.current && !this.parts.isTraining) return;
      throw new AppError('range', 'Training and measuring would slow each other down. Pause training, and measure then.');
    };
    checkAlone();
    const measured = await profileStep(recipe, { device, check: checkAlone });
    return { backend: device.report.backend, ...measured };
  }

  /** @throws range, where there is nothing of the kind to break */
  async sabotage({ what }: Ask<'sabotage'>): Promise<Record<never, never>> {
    if (what === 'context') (await this.#device).lose();
    else if (what === 'nan') (this.#trainer.current?.run ?? this.#runs.get('quick')).training.poison();
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
    await this.parts.stop();
    this.#runs.release();
    this.parts.release();
    this.#recorded.release();
    this.#autoencoders.release();
  }

  readonly #tell = (news: News): void => this.#host.post({ type: 'news', news }, []);

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
    this.#runs.release();
    this.parts.release(); // whose training waits for the next device by itself
    this.#recorded.release();
    this.#autoencoders.release();
    discardLostBackend();
    const device = await openDevice(this.#ask, this.#host);
    this.#watch(device);
    this.#tell({ type: 'backend', backend: device.report });
    this.#runs.revive();
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

async function openStorage(
  host: EngineHost,
  tell: (news: News) => void,
): Promise<{ readonly store: CheckpointStore | null; readonly checkpoints: Checkpoints | null }> {
  try {
    const store = await host.openStore();
    return { store, checkpoints: createCheckpoints(store, (failure) => tell({ type: 'notice', failure: toFailure(failure) })) };
  } catch (thrown) {
    tell({ type: 'notice', failure: toFailure(thrown) });
    return { store: null, checkpoints: null };
  }
}
