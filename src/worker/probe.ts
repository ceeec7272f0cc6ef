/**
 * Which backend trains faster here: measured with the real training step, since a name says little. A laptop's graphics card may be
 * slower than its processor with our kernels, or ten times as fast.
 */
import { precision } from '../training/precision';
import type { Recipe } from '../training/recipe';
import { recipes } from '../training/recipes';
import type { Graphics } from './graphics';
import type { Measured, ProbedBackend, ProbeResult } from './protocol';
import { createTrial } from './trial';

/** Of measuring, a backend: two seconds for the three. Getting ready (shaders, above all) comes on top. */
const budgetMs = 667;
/** Steps that are dispatched before their results are waited for, at most; as in training. */
const longestBurst = 10;
/** A lost GPU never answers. */
const patienceMs = 60_000;

export interface ProbeSettings {
  readonly recipe?: Recipe;
  readonly budgetMs?: number;
  readonly now?: () => number;
}

/** Trains the running backend's own small run for a moment. */
export async function measureStep(settings: ProbeSettings = {}): Promise<Measured> {
  const { recipe = recipes.quick } = settings;
  const trial = createTrial(recipe);
  try {
    await trial.train(1);
    return { msPerStep: await timeSteps((steps) => trial.train(steps), settings), precision: precision() };
  } finally {
    trial.dispose();
  }
}

/**
 * The best of a few bursts, each as long as the rest of the budget allows; one step at least.
 * @returns milliseconds a step
 */
export async function timeSteps(
  train: (steps: number) => Promise<void>,
  { budgetMs: budget = budgetMs, now = () => performance.now() }: ProbeSettings = {},
): Promise<number> {
  const startedAt = now();
  let best = Infinity;
  let steps = 1;
  while (steps >= 1) {
    const before = now();
    await train(steps);
    const after = now();
    best = Math.min(best, (after - before) / steps);
    steps = Math.min(longestBurst, Math.floor((budget - (after - startedAt)) / best));
  }
  return best;
}

/**
 * @param graphics the ways to the graphics card that are worth measuring
 * @param measure starts a backend and measures it
 * @returns null for a backend that would not start, or did not answer
 */
export async function probe(graphics: Graphics, measure: (backend: ProbedBackend) => Promise<Measured>): Promise<ProbeResult> {
  const attempt = (backend: ProbedBackend): Promise<Measured | null> =>
    inTime(measure(backend)).catch((thrown: unknown) => {
      console.warn(`${backend} could not be measured.`, thrown);
      return null;
    });
  const wasm = await attempt('wasm');
  const webgl = graphics.renderer === null ? null : await attempt('webgl');
  const webgpu = graphics.adapter === null ? null : await attempt('webgpu');
  return { ...graphics, wasm, webgl, webgpu };
}

/** The fastest. Half-precision training is worse in ways that speed does not make up for, so only a reader's own wish gets it. */
export function winner(result: ProbeResult): ProbedBackend {
  const order: readonly ProbedBackend[] = ['wasm', 'webgl', 'webgpu'];
  const msPerStep = (backend: ProbedBackend): number => {
    const measured = result[backend];
    return measured === null || measured.precision === 'float16' ? Infinity : measured.msPerStep;
  };
  return order.reduce((best, backend) => (msPerStep(backend) < msPerStep(best) ? backend : best));
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer')), patienceMs);
    void work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
