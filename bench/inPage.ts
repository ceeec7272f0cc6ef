/** The half of the bench that runs in the browser: one backend and one engine a call, so that each starts afresh. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-webgl';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import relaxedKernels from '../src/model/kernels/simd/compiled/relaxedSimd.wasm?url';
import kernels from '../src/model/kernels/simd/compiled/simd.wasm?url';
import { createRng } from '../src/base/rng';
import { createBatches, fillBatch } from '../src/data/batches';
import { createMnist } from '../src/data/mnist';
import { levelAt, makeSchedule } from '../src/diffusion/schedule';
import { makeDenoiser } from '../src/model/denoiser';
import { initialise } from '../src/model/initialise';
import { noiseBatch, type Batch } from '../src/training/noising';
import { recipes } from '../src/training/recipes';
import type { KernelBuild } from '../src/worker/host';
import { installKernels, kernelBuild } from '../src/worker/simdKernels';
import type { RecipeId } from '../src/training/recipe';
import { createRun } from '../src/training/run';
import { timesOf, type KernelFigure, type SampleFigure, type TrainFigure } from './figures';
import { stockUnet } from './stockUnet';
import { timeWalk, type TimedWalk, type WalkRequest } from './walk';

export interface BenchRequest {
  readonly backend: 'webgl' | 'wasm';
  readonly engine: TrainFigure['engine'];
  /** For comparing the two builds; the best there is otherwise. */
  readonly build?: KernelBuild;
  readonly recipe: RecipeId;
  readonly steps: number;
}

const seed = 7;
const evaluations = 5;
const profiledSteps = 8;

async function start(backend: BenchRequest['backend']): Promise<string | null> {
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm-threaded-simd.wasm': threaded,
  });
  await tf.setBackend(backend);
  await tf.ready();
  if (tf.getBackend() !== backend) throw new Error(`The ${backend} backend did not start.`);
  const context = backend === 'webgl' ? document.createElement('canvas').getContext('webgl2') : null;
  const info = context?.getExtension('WEBGL_debug_renderer_info');
  return context && info ? String(context.getParameter(info.UNMASKED_RENDERER_WEBGL)) : null;
}

/** The SIMD kernels, as the engine installs them. */
async function loadKernels(build = kernelBuild()): Promise<KernelBuild | null> {
  if (build === null) return null;
  const binary = async (which: KernelBuild): Promise<BufferSource> =>
    (await fetch(which === 'simd' ? kernels : relaxedKernels)).arrayBuffer();
  return (await installKernels(binary, build)) ? build : null;
}

async function batchesOf(batchSize: number): Promise<(step: number) => Batch> {
  const store = createMnist({ baseUrl: location.origin });
  await store.loadFirst();
  const batches = createBatches({ counts: store.counts, seed, batchSize });
  return (step) => fillBatch(store, batches.indices(step));
}

/** Waits until everything asked of the backend has been done, so that a step's time is its own. */
async function train(request: BenchRequest): Promise<TrainFigure> {
  const renderer = await start(request.backend);
  const build = request.engine === 'ours' && request.backend === 'wasm' ? await loadKernels(request.build) : null;
  const recipe = recipes[request.recipe];
  const batch = await batchesOf(recipe.batchSize);
  const shared = {
    backend: request.backend,
    engine: request.engine,
    recipe: recipe.id,
    kernels: build,
    renderer,
    batch: recipe.batchSize,
    steps: request.steps,
  };
  try {
    const step = request.engine !== 'stock' ? ourStep(request.recipe, batch) : stockStep(request.recipe, batch);
    const times: number[] = [];
    let tensorsBefore = 0;
    for (let n = 0; n <= request.steps; n += 1) {
      const startMs = performance.now();
      await step(n);
      times.push(performance.now() - startMs);
      if (n === 0) tensorsBefore = tf.memory().numTensors;
    }
    return {
      ...shared,
      firstStepMs: times[0] ?? null,
      msPerStep: timesOf(times.slice(1)),
      tensorsBefore,
      tensorsAfter: tf.memory().numTensors,
    };
  } catch (error) {
    return {
      ...shared,
      firstStepMs: null,
      msPerStep: null,
      tensorsBefore: 0,
      tensorsAfter: 0,
      why: error instanceof Error ? error.message : String(error),
    };
  }
}

function ourStep(id: RecipeId, batch: (step: number) => Batch): (n: number) => Promise<void> {
  const run = createRun(recipes[id], seed);
  return async (n) => {
    run.step(batch(n));
    await run.flush();
  };
}

function stockStep(id: RecipeId, batch: (step: number) => Batch): (n: number) => Promise<void> {
  const recipe = recipes[id];
  const schedule = makeSchedule(recipe.schedule);
  const rng = createRng(seed);
  const vars = Object.fromEntries(
    Object.entries(initialise(recipe.model, rng)).map(([name, { shape, data }]) => [
      name,
      tf.variable(tf.tensor(data, [...shape]), true, name),
    ]),
  );
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

async function sample(backend: BenchRequest['backend'], batch: number): Promise<SampleFigure> {
  await start(backend);
  if (backend === 'wasm') await loadKernels();
  const recipe = recipes.quick;
  const schedule = makeSchedule(recipe.schedule);
  const run = createRun(recipe, seed);
  const labels = Array.from({ length: batch }, (_, i) => i % 10);
  const denoise = makeDenoiser({
    params: run.weights('ema'),
    config: recipe.model,
    schedule,
    predictionType: recipe.predictionType,
    labels,
    guidanceScale: 1,
    clip: true,
  });
  const x = tf.tensor4d(createRng(seed).normals(batch * 784), [batch, 28, 28, 1]);
  const times: number[] = [];
  for (let n = 0; n <= evaluations; n += 1) {
    const startMs = performance.now();
    const { x0 } = tf.tidy(() => ({ x0: denoise(x, levelAt(schedule, 500)).x0 }));
    await x0.data();
    x0.dispose();
    times.push(performance.now() - startMs);
  }
  return { backend, engine: 'ours', batch, msPerEvaluation: timesOf(times.slice(1)) };
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

declare global {
  interface Window {
    bench: { train: typeof train; sample: typeof sample; profile: typeof profile; walk: typeof walk };
  }
}
window.bench = { train, sample, profile, walk };
