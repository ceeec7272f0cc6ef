/**
 * The forward process as it is defined: a Markov chain, one small step after the other (Ho et al. 2020, arXiv:2006.11239,
 * eq. 2). The lessons walk it to show that one jump (forward.ts, diffuse) ends up in the same place.
 */
import type { Rng } from '../base/rng';
import { forwardStep } from './forward';
import { float32Ops } from './ops';
import { levelAt } from './schedule';
import type { Schedule } from './types';

export interface ChainStart {
  readonly schedule: Schedule;
  /** Any number of values; each goes its own way. */
  readonly x0: Float32Array;
  readonly rng: Rng;
}

/** x0, x1, … xT. */
export function* walkChain({ schedule, x0, rng }: ChainStart): Generator<Float32Array, void> {
  let x = x0;
  yield x;
  for (let t = 1; t <= schedule.T; t += 1) {
    const noise = rng.normals(x.length);
    x = forwardStep({ x, from: levelAt(schedule, t - 1), to: levelAt(schedule, t), noise, ops: float32Ops });
    yield x;
  }
}

/** The same chain, walked only as far as somebody has asked, and remembered. */
export interface Chain {
  /** xt. */
  at(t: number): Float32Array;
}

export function rememberChain(start: ChainStart): Chain {
  const steps = walkChain(start);
  const walked: Float32Array[] = [];
  return {
    at: (t) => {
      levelAt(start.schedule, t); // a t outside the schedule is refused here, with a sentence
      for (let xt = walked[t]; ; xt = walked[t]) {
        if (xt) return xt;
        const next = steps.next();
        if (!next.done) walked.push(next.value);
      }
    },
  };
}

/**
 * The noise that t steps leave behind when each only adds √β·z and forgets to scale the picture by √(1 − β): variances
 * add up, without limit.
 * @returns standard deviation of what was added by step t
 */
export function stdWithoutScaling(schedule: Schedule, t: number): number {
  levelAt(schedule, t);
  return Math.sqrt(schedule.betas.subarray(1, t + 1).reduce((sum, beta) => sum + beta, 0));
}
