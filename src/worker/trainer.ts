/** Who trains now: at most one run at a time, in at most one tab. Starting another, or the same again, stops what was there. */
import { AppError, toFailure, type Failure } from '../base/errors';
import type { Autoencoders } from './autoencoders';
import type { Device } from './device';
import type { Digits } from './digits';
import type { Keeper } from './keeper';
import type { News } from './protocol';
import type { RunState } from './runState';
import type { TrainingLock } from './trainingLock';
import { setStatus, train, type LoopTools } from './trainingLoop';

export interface TrainerParts {
  readonly device: () => Promise<Device>;
  readonly digits: Digits;
  readonly keeper: Keeper;
  readonly lock: TrainingLock;
  readonly tell: (news: News) => void;
  readonly judge: LoopTools['judge'];
  readonly autoencoders: Pick<Autoencoders, 'spaceOf'>;
  /** Whatever else may train: it stops for a run, as a run stops for it. */
  readonly others: { readonly isTraining: () => boolean; readonly stop: () => Promise<void> };
}

interface Active {
  readonly run: RunState;
  untilStep: number | null;
  readonly abort: AbortController;
  /** Settles when the loop has ended, with why it failed or with null. */
  readonly ended: Promise<Failure | null>;
  /** Who waits for the run to be kept in the middle of training. */
  waiting: (() => void)[];
}

export class Trainer {
  readonly #parts: TrainerParts;
  #active: Active | null = null;

  constructor(parts: TrainerParts) {
    this.#parts = parts;
  }

  /** What trains now and how far it was asked to go; null when nothing does. */
  get current(): { readonly run: RunState; readonly untilStep: number | null } | null {
    return this.#active;
  }

  /**
   * Begins to train, and leaves it running; a run that trains already only gets another end.
   * @returns a promise in an object: it settles when training has ended
   * @throws tab/busy
   */
  async start(run: RunState, untilStep: number | null): Promise<{ readonly ended: Promise<Failure | null> }> {
    const running = this.#active;
    if (running?.run === run && !running.abort.signal.aborted) {
      running.untilStep = untilStep;
      return running;
    }
    const { lock, others } = this.#parts;
    await this.stop();
    await others.stop();
    await lock.acquire();
    const device = await this.#parts.device();
    while (this.#active || others.isTraining()) {
      // Somebody else has started while we waited; and whoever is stopped lets go of the lock.
      await this.stop();
      await others.stop();
      await lock.acquire();
    }
    this.#load(run);
    const abort = new AbortController();
    const active: Active = {
      run,
      untilStep,
      abort,
      ended: Promise.resolve().then(() => this.#train(active, device)),
      waiting: [],
    };
    this.#active = active;
    return { ended: active.ended };
  }

  /** Stops whatever trains, or one run only; settles when it stands, every result read. */
  async stop(run?: RunState): Promise<void> {
    while (this.#active && (!run || this.#active.run === run)) {
      const { abort, ended } = this.#active;
      abort.abort();
      await ended;
    }
  }

  /** Keeps a run as it is now, in the middle of training if need be; settles when `lastGood` is it. */
  async keep(run: RunState): Promise<void> {
    const active = this.#active;
    const isStepping = run.status.kind === 'training' || run.status.kind === 'judging';
    if (active?.run === run && !isStepping) return; // waiting or preparing: what there was is kept already
    if (active?.run === run) await new Promise<void>((resolve) => active.waiting.push(resolve));
    if (this.#active?.run !== run) await this.#parts.keeper.keep(run);
  }

  /** Saves a run now; settles when that is written. */
  async save(run: RunState): Promise<void> {
    await this.keep(run);
    await this.#parts.keeper.written();
  }

  async #train(active: Active, device: Device): Promise<Failure | null> {
    const { digits, keeper, lock, tell, judge, autoencoders } = this.#parts;
    const { run, abort } = active;
    let failure: Failure | null = null;
    try {
      const isWanted = (): boolean => !abort.signal.aborted && run.stepsTaken < (active.untilStep ?? Infinity);
      do {
        await train(run, () => active.untilStep, {
          device,
          digits,
          signal: abort.signal,
          tell,
          judge,
          autoencoders,
          save: async (which) => {
            const waiting = active.waiting.splice(0);
            await keeper.keep(which).finally(() => release(waiting));
          },
          isSaveAsked: () => active.waiting.length > 0,
        });
        await keeper.keep(run);
      } while (isWanted()); // the end may have been moved while the last results were read
    } catch (thrown) {
      failure = toFailure(thrown);
    }
    this.#active = null;
    lock.release();
    release(active.waiting); // the last good moment is kept already, or there is none
    const isLost = failure?.code === 'backend/lost' || device.isLost();
    if (failure && !isLost) tell({ type: 'notice', failure });
    // A lost GPU is nobody's fault; the engine is about to bring the run back.
    setStatus(run, failure && !isLost ? { kind: 'failed', failure } : { kind: 'paused' }, tell);
    return failure;
  }

  /** Training needs digits: fetch what is missing, and say so if that can't be done. */
  #load(run: RunState): void {
    const { digits, tell } = this.#parts;
    digits.load().catch((thrown: unknown) => {
      const failure = thrown instanceof AppError ? thrown : toFailure(thrown);
      tell({ type: 'notice', failure: toFailure(failure) });
      if (this.#active?.run === run)
        setStatus(run, { kind: 'waiting', what: 'the digits could not be fetched; try again' }, tell);
    });
  }
}

function release(waiting: readonly (() => void)[]): void {
  for (const wake of waiting) wake();
}
