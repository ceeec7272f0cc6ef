/** The half of the bench that runs in the browser: one job a page, so that each starts afresh and many can take turns. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgl';
import { createRng, type Rng } from '../src/base/rng';
import { levelAt, makeSchedule } from '../src/diffusion/schedule';
import { makeDenoiser } from '../src/model/denoiser';
import { initialise } from '../src/model/initialise';
import { noiseBatch, type Batch } from '../src/training/noising';
import { recipes, type PresetId } from '../src/training/recipes';
import { installWebglKernels } from '../src/model/kernels/webgl/install';
import { findGraphics, realOnes } from '../src/worker/graphics';
import type { KernelBuild } from '../src/worker/host';
import { profileStep } from '../src/worker/profile';
import type { StepProfile } from '../src/worker/protocol';
import type { Recipe } from '../src/training/recipe';
import { createRun } from '../src/training/run';
import type { Backend, Engine, KernelFigure } from './figures';
import { batchesOf, loadKernels, seed, start } from './startEngine';
import { stockUnet } from './stockUnet';
import { timeWalk, type TimedWalk, type WalkRequest } from './walk';

/** One thing to time: training steps, or evaluations of the network without gradients. */
export interface JobRequest {
  readonly kind: 'train' | 'sample';
  readonly backend: Backend;
  readonly engine: Engine;
  readonly recipe: PresetId;
  /** For comparing the two builds; the best there is otherwise. */
  readonly build?: KernelBuild;
  /** Pictures at once; training takes the recipe's. */
  readonly batch?: number;
}

/** What is known once it has been done for the first time. */
export interface JobStart {
  readonly renderer: string | null;
  readonly build: KernelBuild | null;
  readonly batch: number;
  readonly firstMs: number | null;
  readonly tensors: number;
  readonly why?: string;
}

/** Waits until everything asked of the backend has been done, so that its time is its own. */
type Once = (n: number) => Promise<void>;

const profiledSteps = 8;
const machineBudgetMs = 10_000;
/** In the middle of the schedule; every moment costs the same. */
const sampledT = 500;

/** The page's one job, and how often it has been done. */
let job: { readonly once: Once; done: number } | null = null;

/** The kernels of the backend, as the engine installs them. @returns which build for WASM, where there is one */
async function installOurs({ backend, build }: JobRequest): Promise<KernelBuild | null> {
  if (backend === 'wasm') return loadKernels(build);
  if (backend === 'webgl') installWebglKernels();
  return null;
}

async function open(request: JobRequest): Promise<JobStart> {
  const renderer = await start(request.backend);
  const build = request.engine === 'ours' ? await installOurs(request) : null;
  const batch = request.batch ?? recipes[request.recipe].batchSize;
  const shared = { renderer, build, batch };
  try {
    job = { once: await prepared(request, batch), done: 0 };
    const [firstMs = null] = await times(1);
    return { ...shared, firstMs, tensors: tf.memory().numTensors };
  } catch (error) {
    job = null;
    return { ...shared, firstMs: null, tensors: 0, why: error instanceof Error ? error.message : String(error) };
  }
}

async function prepared({ kind, engine, recipe }: JobRequest, batchSize: number): Promise<Once> {
  if (kind === 'sample') return engine === 'stock' ? stockEvaluation(recipe, batchSize) : ourEvaluation(recipe, batchSize);
  const batch = await batchesOf(batchSize);
  return engine === 'stock' ? stockStep(recipe, batch) : ourStep(recipe, batch);
}

/** Does it so many times more. @returns milliseconds of each */
async function times(count: number): Promise<number[]> {
  if (job === null) throw new Error('The page has no job to do.');
  const taken: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const startMs = performance.now();
    await job.once(job.done);
    taken.push(performance.now() - startMs);
    job.done += 1;
  }
  return taken;
}

function tensors(): number {
  return tf.memory().numTensors;
}

function ourStep(id: PresetId, batch: (step: number) => Batch): Once {
  const run = createRun(recipes[id], seed);
  return async (n) => {
    run.step(batch(n));
    await run.flush();
  };
}

function stockStep(id: PresetId, batch: (step: number) => Batch): Once {
  const recipe = recipes[id];
  const schedule = makeSchedule(recipe.schedule);
  const rng = createRng(seed);
  const vars = variables(recipe, rng);
  const adam = tf.train.adam(recipe.learningRate, 0.9, recipe.adamBeta2, 1e-7);
  const side = recipe.model.imageSize;
  return async (n) => {
    const noised = noiseBatch(batch(n), recipe, schedule, rng.fork('step', n));
    const shape: [number, number, number, number] = [recipe.batchSize, side, side, 1];
    const loss = tf.tidy(() => {
      const x = tf.tensor4d(noised.xt, shape);
      const target = tf.tensor4d(noised.target, shape);
      const t = tf.tensor1d(Float32Array.from(noised.t));
      const labels = tf.tensor1d(noised.labels, 'int32');
      return (
        adam.minimize(() => tf.mean(tf.square(tf.sub(stockUnet(vars, recipe.model, x, t, schedule.T, labels), target))), true) ??
        tf.scalar(NaN)
      );
    });
    await loss.data();
    loss.dispose();
  };
}

function variables(recipe: Recipe, rng: Rng): Record<string, tf.Variable> {
  const start = Object.entries(initialise(recipe.model, rng));
  return Object.fromEntries(start.map(([name, { shape, data }]) => [name, tf.variable(tf.tensor(data, [...shape]), true, name)]));
}

/** As many of each digit, and noise. */
function asked(batchSize: number, side: number): { readonly labels: number[]; readonly x: tf.Tensor4D } {
  const labels = Array.from({ length: batchSize }, (_, i) => i % 10);
  return { labels, x: tf.tensor4d(createRng(seed).normals(batchSize * side ** 2), [batchSize, side, side, 1]) };
}

function ourEvaluation(id: PresetId, batchSize: number): Once {
  const recipe = recipes[id];
  const schedule = makeSchedule(recipe.schedule);
  const { labels, x } = asked(batchSize, recipe.model.imageSize);
  const denoise = makeDenoiser({
    params: createRun(recipe, seed).weights('ema'),
    config: recipe.model,
    schedule,
    predictionType: recipe.predictionType,
    labels,
    guidanceScale: 1,
    clip: true,
  });
  return async () => {
    const { x0 } = tf.tidy(() => ({ x0: denoise(x, levelAt(schedule, sampledT)).x0 }));
    await x0.data();
    x0.dispose();
  };
}

function stockEvaluation(id: PresetId, batchSize: number): Once {
  const recipe = recipes[id];
  const vars = variables(recipe, createRng(seed));
  const { labels, x } = asked(batchSize, recipe.model.imageSize);
  const t = tf.fill([batchSize], sampledT) as tf.Tensor1D; // of one dimension, as its shape says
  const told = tf.tensor1d(labels, 'int32');
  return async () => {
    const x0 = tf.tidy(() => tf.clipByValue(stockUnet(vars, recipe.model, x, t, recipe.schedule.T, told), -1, 1));
    await x0.data();
    x0.dispose();
  };
}

/** Own gradients show as an 'unnamed scope' around the kernels that they call, which are listed themselves. */
const scopeName = 'unnamed scope';

async function profile(engine: KernelFigure['engine']): Promise<readonly KernelFigure[]> {
  await start('wasm');
  if (engine === 'ours') await loadKernels();
  const recipe = recipes.quick;
  const batch = await batchesOf(recipe.batchSize);
  const run = createRun(recipe, seed);
  const best = new Map<string, KernelFigure>();
  for (let n = 0; n <= profiledSteps; n += 1) {
    const { kernels: called } = await tf.profile(() => run.step(batch(n)));
    await run.flush();
    if (n === 0) continue; // warm-up
    const step = new Map<string, KernelFigure>();
    for (const { name, kernelTimeMs } of called) {
      if (name === scopeName) continue;
      const { calls, ms } = step.get(name) ?? { calls: 0, ms: 0 };
      step.set(name, { engine, kernel: name, calls: calls + 1, ms: ms + Number(await kernelTimeMs) });
    }
    for (const [name, figure] of step) if (figure.ms < (best.get(name)?.ms ?? Infinity)) best.set(name, figure);
  }
  run.dispose();
  return [...best.values()].sort((a, b) => b.ms - a.ms);
}

async function walk(request: WalkRequest): Promise<TimedWalk> {
  await start('wasm');
  await loadKernels();
  return timeWalk(request);
}

/** What lesson 2 measures of a step, as it measures it, but for longer. */
async function machine(): Promise<StepProfile> {
  await start('wasm');
  await loadKernels();
  const tools = { device: { guard: <T>(promise: Promise<T>) => promise }, check: () => undefined, budgetMs: machineBudgetMs };
  return { backend: 'wasm', ...(await profileStep(recipes.quick, tools)) };
}

/** Does the job once more, and counts what WebGL draws for it: each is a program's launch. null on other backends. */
async function launches(): Promise<number | null> {
  if (tf.getBackend() !== 'webgl') return null;
  const { gl } = (tf.backend() as MathBackendWebGL).gpgpu; // the name says so
  const draw = gl.drawElements.bind(gl);
  let count = 0;
  gl.drawElements = (...args) => {
    count += 1;
    draw(...args);
  };
  await times(1);
  gl.drawElements = draw;
  return count;
}

/** Whether anybody but the processor computes for WebGPU. */
async function hasRealAdapter(): Promise<boolean> {
  return realOnes(await findGraphics('page')).adapter !== null;
}

declare global {
  interface Window {
    bench: {
      open: typeof open;
      times: typeof times;
      tensors: typeof tensors;
      profile: typeof profile;
      machine: typeof machine;
      launches: typeof launches;
      walk: typeof walk;
      hasRealAdapter: typeof hasRealAdapter;
    };
  }
}
window.bench = { open, times, tensors, profile, machine, launches, walk, hasRealAdapter };
