/**
 * Which weights of a run are still needed. Training makes new tensors at every step; the last ones known to be good are kept
 * until newer ones are known to be, and those whose losses are just being read until they have been.
 */
import type { Weights } from './optimizer';
import { disposeWeights } from './weightsState';

/** A moment of a run that one can go back to. */
export interface Moment {
  readonly weights: Weights;
  readonly stepsDone: number;
}

export interface Moments {
  readonly current: Moment;
  readonly good: Moment;
  /** A step has been taken. */
  advance(next: Moment): void;
  /** Keeps the current moment until it is accepted or dropped. */
  hold(): Moment;
  /** A held moment is the good one from now on. */
  accept(moment: Moment): void;
  /** A held moment is not needed any more, unless it is the current or the good one. */
  drop(moment: Moment): void;
  /** The good moment is the current one again. */
  goBack(): void;
  dispose(): void;
}

export function createMoments(start: Moment): Moments {
  let current = start;
  let good = start;
  const held = new Set<Moment>();

  const release = (moment: Moment): void => {
    if (moment !== current && moment !== good && !held.has(moment)) disposeWeights(moment.weights);
  };

  return {
    get current() {
      return current;
    },
    get good() {
      return good;
    },
    advance(next) {
      const before = current;
      current = next;
      release(before);
    },
    hold() {
      held.add(current);
      return current;
    },
    accept(moment) {
      held.delete(moment);
      const before = good;
      good = moment;
      release(before);
    },
    drop(moment) {
      held.delete(moment);
      release(moment);
    },
    goBack() {
      const after = current;
      current = good;
      release(after);
    },
    dispose() {
      for (const moment of new Set([current, good, ...held])) disposeWeights(moment.weights);
    },
  };
}
