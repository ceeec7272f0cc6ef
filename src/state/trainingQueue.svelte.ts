/**
 * Several runs trained one after the other: the experts of one reverse process, the stages of a cascade. The session keeps it, so
 * that it goes on while the reader reads other pages.
 *
 *     const queue = session.queue('experts');
 *     await queue.begin(jobs);                   // true when all are trained; false when it was paused or something failed
 *     queue.status; queue.current; queue.progressOf(job); queue.secondsLeft;
 *     await queue.pause(); await queue.resume(); await queue.cancel();
 */
import { toFailure, type Failure } from '../base/errors';
import type { Recipe } from '../training/recipe';
import type { RunId, RunSnapshot } from '../worker/protocol';
import { isRunOf, progressOf, secondsLeft, type JobProgress, type Known, type QueueJob } from './queueProgress';

export type { QueueJob } from './queueProgress';

export type QueueStatus = 'idle' | 'running' | 'paused' | 'done';

/** What a queue asks of the session. */
export interface QueueHost extends Known {
  /** Opens the engine. @returns whether it is there; trouble has been told */
  start(): Promise<boolean>;
  /** A fresh run in its slot. @returns whether that worked; trouble has been told */
  create(recipe: Recipe, seed: number): Promise<boolean>;
  /** Settles when training has ended. @throws whatever ended it; request/cancelled */
  trainTo(runId: RunId, untilStep: number, options: { readonly signal: AbortSignal }): Promise<RunSnapshot>;
  /** Shows the reader what went wrong. */
  tell(thrown: unknown): void;
}

export class TrainingQueue {
  jobs = $state.raw<readonly QueueJob[]>([]);
  status = $state<QueueStatus>('idle');
  /** What trains now, or would go on; null before the first and after the last. */
  current = $state.raw<QueueJob | null>(null);
  /** What stopped it, until it goes on. */
  failure = $state.raw<Failure | null>(null);
  readonly #host: QueueHost;
  #stop = new AbortController();
  /** Settles when the present round has ended. */
  #ended: Promise<boolean> = Promise.resolve(false);

  constructor(host: QueueHost) {
    this.#host = host;
  }

  /**
   * Trains all of them, in place of what the queue did before. A slot that holds a job's run already, of the same recipe and seed,
   * goes on from where it is; any other is made afresh.
   * @returns whether all are trained, as soon as they are, or as it stops
   */
  async begin(jobs: readonly QueueJob[]): Promise<boolean> {
    while (this.status === 'running') await this.pause(); // somebody else may have begun while we waited
    this.jobs = jobs;
    return this.#run();
  }

  /** Stops after the step it is in; what was learned stays. */
  async pause(): Promise<void> {
    if (this.status !== 'running') return;
    this.#stop.abort();
    await this.#ended;
  }

  /** Goes on where it was paused, or where something failed. */
  async resume(): Promise<boolean> {
    return this.status === 'paused' ? this.#run() : false;
  }

  /** Forgets the jobs; the runs stay as they are. */
  async cancel(): Promise<void> {
    await this.pause();
    this.jobs = [];
    this.current = null;
    this.failure = null;
    this.status = 'idle';
  }

  progressOf(job: QueueJob): JobProgress {
    return progressOf(job, this.jobs, this.#host);
  }

  /** Of all jobs together; null until something has been trained that it can be told from. */
  get secondsLeft(): number | null {
    return secondsLeft(this.jobs, this.#host);
  }

  #run(): Promise<boolean> {
    const stop = new AbortController();
    this.#stop = stop;
    this.failure = null;
    this.status = 'running';
    this.#ended = this.#trainAll(stop.signal)
      .catch((thrown: unknown) => {
        const failure = toFailure(thrown);
        if (failure.code === 'request/cancelled') return false;
        this.failure = failure;
        this.#host.tell(thrown);
        return false;
      })
      .then((isDone) => {
        this.status = isDone ? 'done' : 'paused';
        return isDone;
      });
    return this.#ended;
  }

  /** @returns false where it was stopped, by whomever */
  async #trainAll(signal: AbortSignal): Promise<boolean> {
    if (!(await this.#host.start())) return false;
    for (const job of this.jobs) {
      if (signal.aborted) return false;
      this.current = job;
      if (!(await this.#train(job, signal))) return false;
    }
    this.current = null;
    return true;
  }

  async #train(job: QueueJob, signal: AbortSignal): Promise<boolean> {
    const run = this.#host.runs[job.runId];
    const isBegun = isRunOf(job, run) && run.stepsDone > 0;
    if (isBegun && run.stepsDone >= job.untilStep) return true;
    if (!isBegun && !(await this.#host.create(job.recipe, job.seed))) return false;
    if (signal.aborted) return false;
    const { stepsDone } = await this.#host.trainTo(job.runId, job.untilStep, { signal });
    return stepsDone >= job.untilStep; // less, where the reader paused that run or trains another
  }
}
