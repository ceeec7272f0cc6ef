/** The real engine in its worker, in a real browser, with real storage and the real digits, on WASM. */
import { afterEach, expect, test, vi } from 'vitest';
import { AppError } from '../../src/base/errors';
import { recipes } from '../../src/training/recipes';
import { connect, pagePort } from '../../src/worker/client';
import { createClient } from '../../src/worker/remote';
import { softwareRenderer, webglRenderer } from '../../src/worker/renderer';
import { openEngine, type Followed } from './support/follow';
import { smallRecipe, smallRequest } from './support/small';

vi.setConfig({ testTimeout: 120_000 });

const opened: Followed[] = [];
async function open(choice: Parameters<typeof openEngine>[0] = 'wasm'): Promise<Followed> {
  const engine = await openEngine(choice);
  opened.push(engine);
  return engine;
}
/** With the small network, untrained and nothing saved. */
async function openSmall(): Promise<Followed> {
  const engine = await open();
  await engine.client.call('run.create', { recipe: smallRecipe, seed: 5 });
  return engine;
}
afterEach(() => {
  for (const { client } of opened.splice(0)) client.close();
});

const quick = { runId: 'quick' } as const;
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : thrown),
  );
const notices = ({ news }: Followed): readonly string[] =>
  news.flatMap((told) => (told.type === 'notice' ? [told.failure.code] : []));

test('by itself it takes the GPU where there is one, and WASM where WebGL is only imitated; it says why', async () => {
  const renderer = webglRenderer(new OffscreenCanvas(1, 1));
  const hasGpu = renderer !== null && !softwareRenderer(renderer);
  const { backend } = await open('auto');
  expect(backend).toMatchObject({ backend: hasGpu ? 'webgl' : 'wasm', where: 'worker', choice: 'auto' });
  expect(backend.why).toContain(hasGpu ? 'graphics card' : 'WebAssembly');
});

test('the real recipe: steps, draws while it trains, and ends with the tensors that it began with', async () => {
  const engine = await open();
  const { client } = engine;
  await client.call('run.create', { recipe: recipes.quick, seed: 0 });
  const early = await engine.trainTo(10);
  expect(early.history.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const tensors = async (): Promise<number> => (await client.call('memory', {})).tensors;
  const before = await tensors();

  await client.call('run.start', { ...quick, untilStep: null });
  const seen: number[] = [];
  const stream = client.sample({ ...smallRequest, steps: 6 });
  for await (const { t } of stream) seen.push(t);
  expect(seen).toHaveLength(7);
  expect((await stream.summary).trainedSteps).toBeGreaterThanOrEqual(10);

  const late = await engine.trainTo(60);
  expect(late.stepsDone).toBeGreaterThanOrEqual(60);
  expect(late.film.map(({ step }) => step).slice(0, 3)).toEqual([20, 40, 60]);
  const mean = (from: number, to: number): number =>
    late.history.slice(from, to).reduce((sum, { x0Mse }) => sum + x0Mse, 0) / (to - from);
  expect(mean(50, 60)).toBeLessThan(0.7 * mean(0, 10));
  expect(await tensors()).toBe(before);

  const stepped = await client.call('run.step', quick);
  expect(stepped.stepsDone).toBe(late.stepsDone + 1);
  const reset = await client.call('run.reset', quick);
  expect(reset).toMatchObject({ stepsDone: 0, history: [], status: { kind: 'idle' } });
  await engine.trainTo(2);
  expect(await tensors()).toBe(before);
});

test('a pause is answered while training runs, and training goes on from there', async () => {
  const engine = await openSmall();
  await engine.client.call('run.start', { ...quick, untilStep: null });
  await engine.until(({ type }) => type === 'run.steps');
  const paused = await engine.client.call('run.pause', quick);
  expect(paused.status).toEqual({ kind: 'paused' });
  expect((await engine.trainTo(paused.stepsDone + 3)).stepsDone).toBe(paused.stepsDone + 3);
});

test('a new page finds the run where the last one left it', async () => {
  const first = await openSmall();
  const before = await first.trainTo(21);
  await first.client.call('save', {});
  first.client.close();
  const { runs } = await open();
  expect(runs.find(({ runId }) => runId === 'quick')).toEqual({ ...before, savedStep: 21 });
});

test('a damaged checkpoint is told, and the one before it used', async () => {
  const first = await openSmall();
  await first.trainTo(3);
  await first.trainTo(5);
  // Tests in other files leave runs in this store; damaged, each would be told.
  for (const { runId } of first.runs) if (runId !== quick.runId) await first.client.call('run.reset', { runId });
  await first.client.call('save', {});
  await first.client.call('sabotage', { what: 'checkpoint' });
  first.client.close();
  const second = await open();
  expect(second.runs.find(({ runId }) => runId === 'quick')?.stepsDone).toBe(3);
  expect(notices(second)).toEqual(['weights/format']);
});

test('a full store is told, and training goes on', async () => {
  const engine = await openSmall();
  await engine.client.call('sabotage', { what: 'storage' });
  expect((await engine.trainTo(3)).status).toEqual({ kind: 'paused' });
  await engine.client.call('save', {});
  expect(notices(engine)).toEqual(['storage/full']);
});

test('a loss that is not a number ends in a sentence, with the good weights kept', async () => {
  const engine = await openSmall();
  await engine.trainTo(3);
  await engine.client.call('sabotage', { what: 'nan' });
  const stopped = await engine.trainTo(5);
  expect(stopped).toMatchObject({ stepsDone: 3, status: { kind: 'failed', failure: { code: 'train/diverged' } } });
  expect((await engine.trainTo(5)).stepsDone).toBe(5);
});

test('of two tabs one trains, and the other is told', async () => {
  const [here, there] = [await openSmall(), await open()];
  await here.client.call('run.start', { ...quick, untilStep: null });
  expect(await codeOf(there.client.call('run.start', { ...quick, untilStep: 2 }))).toBe('tab/busy');
  await here.client.call('run.pause', quick);
  await there.client.call('run.create', { recipe: smallRecipe, seed: 1 });
  expect((await there.trainTo(2)).stepsDone).toBe(2);
});

test('there is no graphics context to lose on WASM', async () => {
  const { client } = await open();
  expect(await codeOf(client.call('sabotage', { what: 'context' }))).toBe('range');
});

test('a call that is cancelled while the engine is busy rejects at once', async () => {
  const { client } = await openSmall();
  const stop = new AbortController();
  const stream = client.sample({ ...smallRequest, steps: 500 }, { signal: stop.signal });
  for await (const { i } of stream) {
    if (i === 2) break;
  }
  stop.abort();
  expect(await codeOf(stream.summary)).toBe('request/cancelled');
  expect(await codeOf(client.call('memory', {}))).toBe('done');
});

test('the engine also runs on the page’s own thread', async () => {
  const client = createClient(await pagePort());
  const { backend } = await client.call('init', { choice: 'wasm', baseUrl: `${location.origin}/` });
  expect(backend.where).toBe('page');
  await client.call('run.create', { recipe: smallRecipe, seed: 5 });
  const { stepsDone } = await client.call('run.step', quick);
  expect(stepsDone).toBe(1);
  client.close();
});

test('a worker that cannot run fails the connection instead of leaving it waiting', async () => {
  const { Worker } = globalThis;
  vi.stubGlobal(
    'Worker',
    class extends Worker {
      constructor() {
        super(URL.createObjectURL(new Blob(['throw new Error("broken")'], { type: 'text/javascript' })), { type: 'module' });
      }
    },
  );
  try {
    expect(await codeOf(connect({ choice: 'wasm', base: '' }))).toBe('internal');
  } finally {
    vi.unstubAllGlobals();
  }
});
