/** Does the engine lose tensors? A long run with pauses, drawings and fresh starts, asked for over the wire as a page would. */
import { readFile } from 'node:fs/promises';
import { fileFetch, publicUrl } from '../scripts/fileFetch';
import type { Recipe } from '../src/training/recipe';
import type { CheckpointStore } from '../src/worker/checkpointStore';
import { createEngine } from '../src/worker/engine';
import type { Event, News, SampleRequest } from '../src/worker/protocol';
import { createClient, type Client } from '../src/worker/remote';
import type { LeakFigure } from './figures';

export interface LeakPlan {
  readonly steps: number;
  readonly pauses: number;
  readonly samplings: number;
  readonly resets: number;
}

const seed = 7;
const kernels = new URL('../src/model/kernels/simd/compiled/', import.meta.url);

/**
 * Does everything once before it counts, since backend and optimiser make what they keep at the first use; then trains from pause to
 * pause, with drawings and fresh starts spread evenly.
 * @param client of an engine that has been started; its quick run is replaced
 * @param onPause told of every pause, with the steps taken and the tensors held
 */
export async function leakCheck(
  client: Client,
  recipe: Recipe,
  plan: LeakPlan,
  onPause: (steps: number, tensors: number) => void = () => undefined,
): Promise<LeakFigure> {
  const { pauses, samplings, resets } = plan;
  const stepsAtOnce = Math.ceil(plan.steps / pauses);
  const runId = recipe.id;
  const tensors = async (): Promise<number> => (await client.call('memory', {})).tensors;
  const { train, stop } = trainerOf(client, recipe);
  await client.call('run.create', { recipe, seed });
  await train(stepsAtOnce);
  await client.sample(sampling(recipe)).summary;
  await client.call('run.reset', { runId });
  await train(stepsAtOnce);
  await client.sample(sampling(recipe)).summary;

  const tensorsBefore = await tensors();
  const done = { steps: 0, pauses: 0, samplings: 0, resets: 0 };
  while (done.pauses < pauses) {
    const due = (all: number): number => Math.ceil((all * (done.pauses + 1)) / pauses);
    for (; done.resets < due(resets); done.resets += 1) await client.call('run.reset', { runId });
    done.steps += await train(stepsAtOnce);
    for (; done.samplings < due(samplings); done.samplings += 1) await client.sample(sampling(recipe)).summary;
    done.pauses += 1;
    onPause(done.steps, await tensors());
  }
  stop();
  return { recipe: runId, ...done, tensorsBefore, tensorsAfter: await tensors() };
}

/** Trains so many steps without an end in sight, and pauses in the middle of it. @returns steps taken, a few more than asked for */
type TrainAndPause = (steps: number) => Promise<number>;

/** Listens all the time: news that nobody hears is kept for the next listener, who would take it for his own. */
function trainerOf(client: Client, { id: runId }: Recipe): { readonly train: TrainAndPause; readonly stop: () => void } {
  let hear: (news: News) => void = () => undefined;
  const stop = client.subscribe((news) => hear(news));
  const train: TrainAndPause = async (steps) => {
    const { stepsDone } = await client.call('run.pause', { runId }); // and all news of earlier steps has been heard
    const reached = new Promise<void>((resolve, reject) => {
      hear = (news) => {
        if (news.type === 'run.steps' && (news.steps.at(-1)?.step ?? 0) >= stepsDone + steps) resolve();
        if (news.type === 'run.status' && news.status.kind === 'failed') reject(new Error(news.status.failure.message));
      };
    });
    await client.call('run.start', { runId, untilStep: null });
    await reached;
    return (await client.call('run.pause', { runId })).stepsDone - stepsDone;
  };
  return { train, stop };
}

function sampling({ id: runId }: Recipe): SampleRequest {
  return {
    ...{ source: { kind: 'run', runId, weights: 'ema' }, sampler: 'ddim', samplerParams: { eta: 0 }, steps: 12 },
    ...{ spacing: 'trailing', guidanceScale: 2, clip: true, seed, labels: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], frames: 'all' },
  };
}

/** The page's own engine in this process, on WASM with our kernels and the real digits, keeping its runs in memory. */
export async function openNodeEngine(): Promise<Client> {
  let hear: (event: Event) => void = () => undefined;
  const engine = createEngine({
    where: 'worker',
    fetch: fileFetch,
    openStore: async () => storeInMemory(),
    locks: null,
    wasmPaths: null,
    loadKernels: async (build) => new Uint8Array(await readFile(new URL(`${build}.wasm`, kernels))),
    // Copied and later, as between threads.
    post: (event) => void setImmediate((copy: Event) => hear(copy), structuredClone(event)),
  });
  const client = createClient({
    post: (command) => void setImmediate((copy: typeof command) => engine.handle(copy), structuredClone(command)),
    listen: (onEvent) => (hear = onEvent),
    close: () => engine.close(),
  });
  await client.call('init', { choice: 'wasm', baseUrl: `${publicUrl}/` });
  return client;
}

function storeInMemory(): CheckpointStore {
  const records = new Map<string, object>();
  return {
    read: async (key) => records.get(key),
    write: async (key, record) => void records.set(key, structuredClone(record)),
    remove: async (key) => void records.delete(key),
  };
}
