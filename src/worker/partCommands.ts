/**
 * What can be asked of the parts that the page trains and that are no denoisers: to train, and to say how far they are. One trains at
 * a time, and none while a run does: starting one stops the other. A lost graphics card is waited for.
 */
import { AppError, toFailure } from '../base/errors';
import type { Params } from '../model/tensors';
import type { Batch } from '../training/noising';
import type { CheckpointStore } from './checkpointStore';
import type { Device } from './device';
import type { Digits } from './digits';
import { FlushClock } from './flushClock';
import { partNamed, type Part } from './parts/part';
import { PartState } from './parts/partState';
import { readPart, writePart } from './parts/partStore';
import type { Answer, Ask, News, PartName } from './protocol';
import { isCancellation, orCancelled, throwIfCancelled, type Request } from './requests';
import type { TrainingLock } from './trainingLock';
import { yieldToMessages } from './yieldToMessages';

export interface PartCommandParts {
  readonly kinds: readonly Part[];
  readonly digits: Digits;
  readonly lock: TrainingLock;
  /** Null where the browser stores nothing. */
  readonly store: CheckpointStore | null;
  /** The device of now; after a loss it settles when there is another. */
  readonly device: () => Promise<Device>;
  readonly tell: (news: News) => void;
  /** Stops whichever run trains. */
  readonly runs: { readonly isTraining: () => boolean; readonly stop: () => Promise<void> };
}

interface Active {
  readonly state: PartState;
  readonly abort: AbortController;
  /** Settles when the loop has ended, however it did. */
  readonly ended: Promise<void>;
  isSaveAsked: boolean;
}

const shownEvery = 25;
const saveIntervalMs = 10_000;
const mostSteps = 1_000_000;
/** Of what a page draws as a curve. */
const significantDigits = 5;

export class PartCommands {
  readonly #parts: PartCommandParts;
  readonly #states: ReadonlyMap<PartName, PartState>;
  #active: Active | null = null;

  constructor(parts: PartCommandParts) {
    this.#parts = parts;
    this.#states = new Map(parts.kinds.map((part) => [part.name, new PartState(part)]));
  }

  get isTraining(): boolean {
    return this.#active !== null;
  }

  /**
   * Settles when training has ended, there or where somebody else stopped it.
   * @throws range, tab/busy, data/fetch, train/diverged, request/cancelled (then it is paused)
   */
  async train(
    { part, untilStep, seed, fresh }: Ask<'part.train'>,
    request: Request<'part.train'>,
  ): Promise<Answer<'part.train'>> {
    const state = this.#state(part);
    if (!Number.isInteger(untilStep) || untilStep < 1 || untilStep > mostSteps) {
      throw new AppError('range', `There is no training step ${untilStep}.`);
    }
    await this.#makeWay();
    const abort = new AbortController();
    const stop = (): void => abort.abort();
    let end: () => void = () => undefined;
    const active: Active = { state, abort, ended: new Promise((resolve) => (end = resolve)), isSaveAsked: false };
    this.#active = active;
    request.signal.addEventListener('abort', stop, { once: true });
    try {
      if (request.signal.aborted) stop();
      if (fresh) state.reset(seed);
      else await this.#catchUp(state, seed);
      await this.#loop(active, untilStep, request.part);
    } finally {
      request.signal.removeEventListener('abort', stop);
      this.#active = null;
      this.#parts.lock.release();
      end();
    }
    throwIfCancelled(request.signal);
    return { stepsDone: state.stepsDone };
  }

  async look({ part }: Ask<'part.look'>): Promise<Answer<'part.look'>> {
    const state = this.#state(part);
    const isTraining = this.#active?.state === state;
    if (!isTraining) await this.#catchUp(state, state.seed);
    return state.snapshot(isTraining);
  }

  /** Averaged weights; borrowed, and good until the next step. @throws range, before anything was trained */
  async weights(part: PartName): Promise<Params> {
    const state = this.#state(part);
    if (this.#active?.state !== state) await this.#catchUp(state, state.seed);
    const { weights } = state;
    if (weights) return weights;
    throw new AppError('range', 'You have not trained one of your own yet. Train it first, or use the recorded one.');
  }

  /** Settles when nothing trains here, every result read. */
  async stop(): Promise<void> {
    while (this.#active) {
      this.#active.abort.abort();
      await this.#active.ended;
    }
  }

  /** The page is about to be hidden: what trains is kept after the step it is in. */
  save(): void {
    if (this.#active) this.#active.isSaveAsked = true;
  }

  /** Lets go of every tensor; the next use makes them anew. */
  release(): void {
    for (const state of this.#states.values()) state.release();
  }

  /** Nobody trains when this settles, and the lock is ours. @throws tab/busy */
  async #makeWay(): Promise<void> {
    const { lock, runs } = this.#parts;
    do {
      await this.stop();
      await runs.stop();
      await lock.acquire(); // whoever has been stopped has let go of it
    } while (this.#active || runs.isTraining());
  }

  /** What an earlier visit, or another tab, has saved and we do not know. Trouble with it is told, and means a fresh start. */
  async #catchUp(state: PartState, seed: number): Promise<void> {
    const { store, tell } = this.#parts;
    try {
      const saved = store && (await readPart(store, state.part.name));
      if (saved && saved.serial > (state.saved?.serial ?? -1)) state.restore(saved);
    } catch (thrown) {
      tell({ type: 'notice', failure: toFailure(thrown) });
    }
    if (state.stepsDone === 0) state.reset(seed);
  }

  async #loop(active: Active, untilStep: number, part: Request<'part.train'>['part']): Promise<void> {
    const { state, abort } = active;
    while (state.stepsDone < untilStep && !abort.signal.aborted) {
      try {
        await orCancelled(this.#parts.digits.load(), abort.signal);
        await this.#steps(active, untilStep, await this.#parts.device(), part);
      } catch (thrown) {
        if (isCancellation(thrown)) break;
        if (!(thrown instanceof AppError) || thrown.code !== 'backend/lost') throw thrown;
        // The next round waits for another card, and goes on from what was last kept.
      }
    }
    await this.#keep(state);
  }

  /** Steps until there have been enough, somebody stops them, or the card is lost. */
  async #steps(active: Active, untilStep: number, device: Device, part: Request<'part.train'>['part']): Promise<void> {
    const { state, abort } = active;
    const { digits } = this.#parts;
    const clock = new FlushClock();
    const examples = await this.#examples(state.part, abort.signal);
    let countedAt = performance.now();
    let nextSaveMs = countedAt + saveIntervalMs;
    const flush = async (isShown: boolean): Promise<void> => {
      const reports = await device.guard(state.training.flush());
      if (reports.length === 0) return;
      const ms = (performance.now() - countedAt) / reports.length;
      clock.flushed(ms);
      const steps = reports.map(({ step, loss, measures }) => ({ step, loss, measures, ms: rounded(ms) }));
      state.history = [...state.history, ...steps];
      const shown = isShown ? await device.guard(state.part.show(state.training.weights(), examples)) : null;
      steps.forEach((step, i) => part({ ...step, shown: i === steps.length - 1 ? shown : null }));
      countedAt = performance.now(); // what is shown is no training
    };
    while (state.training.stepsDone < untilStep && !abort.signal.aborted) {
      const { stepsDone } = state.training;
      const pictures = await device.guard(digits.batch(state.batches(digits.counts), stepsDone, abort.signal));
      state.training.step(pictures);
      clock.stepTaken(performance.now());
      const isShown = (stepsDone + 1) % shownEvery === 0 || stepsDone + 1 === untilStep;
      const isSaved = active.isSaveAsked || performance.now() >= nextSaveMs;
      if (isShown || isSaved || clock.isDue(performance.now())) await flush(isShown);
      if (isSaved) {
        active.isSaveAsked = false;
        await device.guard(this.#keep(state));
        nextSaveMs = performance.now() + saveIntervalMs;
      }
      await device.guard(yieldToMessages());
    }
    await flush(false);
  }

  async #examples({ examples }: Part, signal: AbortSignal): Promise<Batch> {
    const { digits } = this.#parts;
    await digits.first(signal);
    return digits.pictures(examples);
  }

  /** Outside the GPU, and in the store as far as there is one; trouble with that is told, and training goes on. */
  async #keep(state: PartState): Promise<void> {
    const { store, tell } = this.#parts;
    if (state.stepsDone === 0 || state.lastGood?.stepsDone === state.stepsDone) return;
    const content = await state.keep();
    if (!store) return;
    try {
      state.saved = await writePart(store, state.part.name, content, state.saved);
    } catch (thrown) {
      tell({ type: 'notice', failure: toFailure(thrown) });
    }
  }

  /** @throws range */
  #state(part: PartName): PartState {
    const state = this.#states.get(partNamed(this.#parts.kinds, part).name);
    if (!state) throw new AppError('internal', `The part ${part} has no place.`);
    return state;
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(significantDigits));
}
