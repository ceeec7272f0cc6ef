/** How fast a run trains, as a running mean of wall-clock milliseconds a step: previews and saving count, pauses don't. */
import type { RunSnapshot } from '../worker/protocol';

export interface Pace {
  readonly stepsDone: number;
  readonly trainedMs: number;
  /** Null until two moments have been seen. */
  readonly msPerStep: number | null;
}

/** The mean forgets with this constant: steps further back than about three times as many no longer count. */
const memorySteps = 20;

export function nextPace(before: Pace | undefined, { stepsDone, trainedMs }: Pick<RunSnapshot, 'stepsDone' | 'trainedMs'>): Pace {
  const steps = stepsDone - (before?.stepsDone ?? stepsDone);
  if (!before || steps < 0) return { stepsDone, trainedMs, msPerStep: null };
  if (steps === 0) return before;
  const measured = (trainedMs - before.trainedMs) / steps;
  const kept = Math.exp(-steps / memorySteps);
  const msPerStep = before.msPerStep === null ? measured : kept * before.msPerStep + (1 - kept) * measured;
  return { stepsDone, trainedMs, msPerStep };
}
