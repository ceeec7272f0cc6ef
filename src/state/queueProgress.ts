/** How far the jobs of a queue are, and how long the rest may take: plain arithmetic over what the page knows of its runs. */
import { flopsPerStep } from '../training/cost';
import type { Recipe } from '../training/recipe';
import type { RunId, RunSnapshot } from '../worker/protocol';
import type { Runs } from './runs';

export interface QueueJob {
  readonly runId: RunId;
  /** Its id is the run's. */
  readonly recipe: Recipe;
  readonly seed: number;
  readonly untilStep: number;
  /** For the reader: "expert 2 of 3". */
  readonly label: string;
}

export interface JobProgress {
  /** Steps. */
  readonly done: number;
  readonly total: number;
  /** Null until something has been trained that it can be told from. */
  readonly secondsLeft: number | null;
}

/** What is known of speed: the runs, and milliseconds a step of each, null where it has not been measured. */
export interface Known {
  readonly runs: Runs;
  msPerStep(runId: RunId): number | null;
}

/** Whether a slot holds this job's run, and not one of another recipe or seed. */
export function isRunOf(job: QueueJob, run: RunSnapshot | undefined): run is RunSnapshot {
  return run !== undefined && run.seed === job.seed && canonical(run.recipe) === canonical(job.recipe);
}

export function progressOf(job: QueueJob, jobs: readonly QueueJob[], known: Known): JobProgress {
  const run = known.runs[job.runId];
  const done = isRunOf(job, run) ? Math.min(run.stepsDone, job.untilStep) : 0;
  const total = job.untilStep;
  if (done === total) return { done, total, secondsLeft: 0 };
  const ms = isRunOf(job, run) ? known.msPerStep(job.runId) : null;
  const expected = ms ?? expectedMs(job, jobs, known);
  return { done, total, secondsLeft: expected === null ? null : ((total - done) * expected) / 1000 };
}

/** Of all jobs together; null while one of them is unknown, or there are none. */
export function secondsLeft(jobs: readonly QueueJob[], known: Known): number | null {
  let sum = 0;
  for (const job of jobs) {
    const { secondsLeft: own } = progressOf(job, jobs, known);
    if (own === null) return null;
    sum += own;
  }
  return jobs.length === 0 ? null : sum;
}

/**
 * A network that has not trained yet is taken to compute as fast as one that has: the queue's own before any other. Smaller networks
 * are a little slower than that, since each operation has a cost of its own.
 */
function expectedMs(job: QueueJob, jobs: readonly QueueJob[], { runs, msPerStep }: Known): number | null {
  const own = jobs.flatMap((other) => (isRunOf(other, runs[other.runId]) ? [other.runId] : []));
  const others = Object.values(runs).map(({ runId }) => runId);
  for (const runId of [...own.reverse(), ...others]) {
    const [run, ms] = [runs[runId], msPerStep(runId)];
    if (run && ms !== null) return (ms * flopsPerStep(job.recipe)) / run.flopsPerStep;
  }
  return null;
}

/** As text, whatever the order in which the settings were written. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
