/**
 * The forward process as it is defined: a Markov chain, one small step after the other (Ho et al. 2020, arXiv:2006.11239,
 * eq. 2). The lessons walk it to show that one jump (forward.ts, diffuse) ends up in the same place.
 */
import type { Rng } from '../base/rng';
import { forwardStep } from './forward';
import { float32Ops } from './ops';
import { levelAt } from './schedule';
import type { NoiseLevel, Schedule } from './types';

export interface ChainStart {
  readonly schedule: Schedule;
  /** Any number of values; each goes its own way. */
  readonly x0: Float32Array;
  readonly rng: Rng;
}

/** x0, x1, … xT, one step of the schedule after the other. */
export function* walkChain({ schedule, x0, rng }: ChainStart): Generator<Float32Array, void> {
  const levels = Array.from(schedule.alphasCumprod, (alphaBar, t) => ({ t, alphaBar }));
  yield* walkLevels({ levels, x0, rng });
}

export interface Walk {
  /** Where to stop on the way, from clean to noisy; x0 is a picture at the first of them. */
  readonly levels: readonly NoiseLevel[];
  readonly x0: Float32Array;
  readonly rng: Rng;
}

/** The picture at each of these levels. The steps between them may be of any length. */
export function* walkLevels({ levels, x0, rng }: Walk): Generator<Float32Array, void> {
  let x = x0;
  let from: NoiseLevel | null = null;
  for (const to of levels) {
    if (from) x = forwardStep({ x, from, to, noise: rng.normals(x.length), ops: float32Ops });
    yield x;
    from = to;
  }
}

/** From clean to t in so many strides of about equal length; fewer, where t is smaller than that. */
export function stridesTo(schedule: Schedule, t: number, strides: number): readonly NoiseLevel[] {
  const stops = new Set(Array.from({ length: strides + 1 }, (_, i) => Math.round((i * t) / strides)));
  return Array.from(stops, (stop) => levelAt(schedule, stop));
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
