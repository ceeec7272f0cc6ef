/**
 * The reverse process: the only loop that samples. It walks down the levels, lets the sampler take each step, and yields
 * every moment with what the network said there and the noise that was drawn to leave it. Both are learnt by listening:
 * `denoise` and `noise` are wrapped on their way to the sampler.
 *
 * Who owns what (of importance to tensors; arrays need no care):
 * - `x` is borrowed: the caller made it and disposes it, after the run.
 * - All else in a frame belongs to the loop, what `denoise` and `noise` return included. A consumer may read a frame until
 *   it asks for the next one; to keep something longer, copy it.
 * - With `memory`, each step runs inside `memory.scope`, whose result (next, x0, eps, noise) must survive it while whatever
 *   else the step made is freed; and everything that was yielded is handed to `memory.release` when its frame is over, also
 *   when the consumer leaves the loop early or a step throws. Nothing is left afterwards.
 * - A multistep sampler reads predictions of earlier frames; the loop keeps as many of them as it declares, and no longer.
 * - `scope` runs synchronously, within next(): between two frames the consumer may await as it likes.
 */
import type { Sampler, SamplerValues } from './samplers/define';
import type { Denoiser, NoiseLevel, PastPrediction, Prediction, VectorOps } from './types';

/** One moment of the reverse process. */
export interface Frame<X> {
  /** 0 for the first. */
  readonly i: number;
  readonly level: NoiseLevel;
  readonly x: X;
  /** Network evaluations spent to get to this x; the last frame has the total. */
  readonly nfe: number;
  /** What the network said of this x; null on the last frame, where it is not asked. */
  readonly prediction: Prediction<X> | null;
  /** The fresh noise of the step that leaves this frame; null where that step draws none, and on the last frame. */
  readonly noise: X | null;
}

/** What a step leaves behind. A type alias of optional parts, so that tf.tidy takes it for a container of tensors. */
export type StepOutcome<X> = {
  readonly next: X;
  readonly x0?: X;
  readonly eps?: X;
  readonly noise?: X;
};

/** For values that no garbage collector frees: { scope: (step) => tf.tidy(step), release: (x) => x.dispose() }. */
export interface Memory<X> {
  readonly scope: (step: () => StepOutcome<X>) => StepOutcome<X>;
  readonly release: (x: X) => void;
}

export interface SampleOptions<X> {
  readonly sampler: Sampler;
  readonly values: SamplerValues;
  /** Decreasing; the last is where the walk ends (see levelsFor). */
  readonly levels: readonly NoiseLevel[];
  readonly x: X;
  readonly denoise: Denoiser<X>;
  /** Fresh standard normal noise of x's shape; each call draws anew. */
  readonly noise: () => X;
  readonly ops: VectorOps<X>;
  /** Network evaluations that one call of `denoise` costs, at a level if they differ: 2 with guidance. */
  readonly evaluationsPerCall?: number | ((level: NoiseLevel) => number);
  readonly memory?: Memory<X> | undefined;
}

/** @throws range, for settings that the sampler does not take */
export function* sample<X>(options: SampleOptions<X>): Generator<Frame<X>, void, void> {
  const { levels, evaluationsPerCall = 1, memory } = options;
  const costAt = (level: NoiseLevel): number =>
    typeof evaluationsPerCall === 'number' ? evaluationsPerCall : evaluationsPerCall(level);
  const { history: memorySpan = 0 } = options.sampler;
  const step = options.sampler.start(options.values);
  let held: readonly X[] = []; // all that is the loop's own at this moment
  const holdOnly = (wanted: readonly (X | null)[]): void => {
    for (const value of held) if (!wanted.includes(value)) memory?.release(value);
    held = wanted.flatMap((value) => (value === null ? [] : [value]));
  };

  let x = options.x;
  let nfe = 0;
  let history: readonly PastPrediction<X>[] = [];
  try {
    for (const [i, level] of levels.entries()) {
      const to = levels[i + 1];
      if (to === undefined) {
        yield { i, level, x, nfe, prediction: null, noise: null };
        return;
      }
      let evaluations = 0;
      const takeStep = (): StepOutcome<X> => {
        let first: Prediction<X> | undefined;
        let drawn: X | undefined;
        const next = step({
          x,
          from: level,
          to,
          denoise: (at, levelAsked) => {
            evaluations += costAt(levelAsked);
            const prediction = options.denoise(at, levelAsked);
            first ??= prediction; // the one at this frame's x; solvers of higher order ask again elsewhere
            return prediction;
          },
          noise: () => {
            const fresh = options.noise();
            drawn ??= fresh;
            return fresh;
          },
          ops: options.ops,
          history,
        });
        return { next, ...first, ...(drawn === undefined ? {} : { noise: drawn }) };
      };
      const { next, x0, eps, noise = null } = memory === undefined ? takeStep() : memory.scope(takeStep);
      const prediction = x0 !== undefined && eps !== undefined ? { x0, eps } : null;

      holdOnly([...held, ...valuesOf(prediction), noise, next]);
      yield { i, level, x, nfe, prediction, noise };
      if (prediction !== null) history = [{ level, prediction }, ...history].slice(0, memorySpan);
      holdOnly([next, ...history.flatMap((past) => valuesOf(past.prediction))]);
      x = next;
      nfe += evaluations;
    }
  } finally {
    holdOnly([]);
  }
}

function valuesOf<X>(prediction: Prediction<X> | null): readonly X[] {
  return prediction === null ? [] : [prediction.x0, prediction.eps];
}

/** The whole walk at once, for values that a garbage collector frees. */
export function trajectory<X>(options: Omit<SampleOptions<X>, 'memory'>): readonly Frame<X>[] {
  return [...sample(options)];
}
