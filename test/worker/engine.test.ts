import { afterEach, expect, test, vi } from 'vitest';
import { AppError, type ErrorCode } from '../../src/base/errors';
import { createRng } from '../../src/base/rng';
import { layersOf } from '../../src/model/layers';
import type { CallName, Command, RunSnapshot, SampleFrame } from '../../src/worker/protocol';
import type { Checkpoint } from '../../src/worker/checkpoint';
import { fakeLocks } from './support/fakeLocks';
import { harness, memoryStore, smallSite, type Harness } from './support/harness';
import { smallRecipe, smallRequest } from './support/small';

vi.setConfig({ testTimeout: 60_000 }); // for machines that do other things as well

const opened: Harness[] = [];
function open(options: Parameters<typeof harness>[0] = {}): Harness {
  const made = harness(options);
  opened.push(made);
  return made;
}
afterEach(() => {
  for (const { client } of opened.splice(0)) client.close();
});

const quick = { runId: 'quick' } as const;
const losses = (run: RunSnapshot): readonly number[] => run.history.map(({ loss }) => loss);
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : thrown),
  );
const notices = ({ news }: Harness): readonly ErrorCode[] =>
  news.flatMap((told) => (told.type === 'notice' ? [told.failure.code] : []));
async function frames(engine: Harness, request = smallRequest): Promise<readonly SampleFrame[]> {
  const all: SampleFrame[] = [];
  for await (const frame of engine.client.sample(request)) all.push(frame);
  return all;
}

test('trains to the step it is asked for, tells of every step once and in order, and then stands', async () => {
  const engine = open();
  await engine.ready();
  const run = await engine.trainTo(7);
  expect(run.stepsDone).toBe(7);
  expect(run.status).toEqual({ kind: 'paused' });
  expect(run.history.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  const told = engine.news.flatMap((news) => (news.type === 'run.steps' ? news.steps.map(({ step }) => step) : []));
  expect(told).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('learns: the loss falls', async () => {
  const engine = open();
  await engine.ready();
  const all = losses(await engine.trainTo(40));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(all.slice(-10))).toBeLessThan(0.6 * mean(all.slice(0, 10)));
});

test('getting ready is told in stages that count up', async () => {
  const engine = open();
  await engine.ready();
  await engine.trainTo(2);
  const stages = engine.news.flatMap((news) =>
    news.type === 'run.status' && news.status.kind === 'preparing' ? [news.status] : [],
  );
  expect(stages.map(({ done }) => done)).toEqual([0, 1, 2, 3]);
  expect(new Set(stages.map(({ total }) => total))).toEqual(new Set([4]));
});

test('pausing and going on, stepping singly and drawing in between change no loss', async () => {
  const [straight, broken] = [open(), open()];
  await straight.ready();
  await broken.ready();
  const expected = losses(await straight.trainTo(9));
  await broken.client.call('run.start', { ...quick, untilStep: null });
  await broken.until(() => broken.news.some(({ type }) => type === 'run.steps'));
  const paused = await broken.client.call('run.pause', quick);
  expect(paused.status).toEqual({ kind: 'paused' });
  await frames(broken);
  const stepped = await broken.client.call('run.step', quick);
  expect(stepped.stepsDone).toBe(paused.stepsDone + 1);
  const all = losses(await broken.trainTo(9));
  expect(all.slice(0, 9)).toEqual(expected);
});

test('reset forgets what was learned and what was saved; the same seed learns the same again', async () => {
  const engine = open();
  await engine.ready();
  const before = losses(await engine.trainTo(4));
  const reset = await engine.client.call('run.reset', quick);
  expect(reset).toMatchObject({ stepsDone: 0, history: [], film: [], trainedMs: 0, savedStep: null, status: { kind: 'idle' } });
  expect(engine.store.records.size).toBe(0);
  expect(losses(await engine.trainTo(4))).toEqual(before);
});

test('a learning rate that changes while training holds from the next steps on', async () => {
  const engine = open();
  await engine.ready();
  await engine.trainTo(4);
  const changed = await engine.client.call('run.setLearningRate', { ...quick, factor: 0.25 });
  expect(changed.learningRate).toBeCloseTo(smallRecipe.learningRate / 4);
  const run = await engine.trainTo(5);
  expect(run.history.at(-1)?.learningRate).toBeCloseTo(smallRecipe.learningRate / 4);
  expect(await codeOf(engine.client.call('run.setLearningRate', { ...quick, factor: NaN }))).toBe('range');
});

test('a film of ten pictures, every so many steps', async () => {
  const engine = open();
  await engine.ready();
  await engine.client.call('run.setPreviewInterval', { ...quick, steps: 3 });
  const { film } = await engine.trainTo(7);
  expect(film.map(({ step, count, pixels }) => [step, count, pixels.length])).toEqual([3, 6].map((step) => [step, 10, 7840]));
});

test('drawing gives every frame its ingredients, the evaluations it took, and a clean end', async () => {
  const engine = open();
  await engine.ready();
  const all = await frames(engine);
  expect(all.map(({ t }) => t)).toEqual([1000, 750, 500, 250, 0]);
  expect(all.map(({ nfe }) => nfe)).toEqual([0, 2, 4, 6, 8]); // guidance evaluates twice
  expect(all.map(({ x0 }) => x0?.length ?? null)).toEqual([1568, 1568, 1568, 1568, null]);
  expect(all.at(-1)?.alphaBar).toBe(1);
  const [last] = await frames(engine, { ...smallRequest, frames: 'last' });
  expect(last?.xt).toEqual(all.at(-1)?.xt);
});

test('drawing while training gives what it would have given had training stood still', async () => {
  const engine = open();
  await engine.ready();
  await engine.trainTo(3);
  const still = await frames(engine, { ...smallRequest, steps: 12 });
  await engine.client.call('run.start', { ...quick, untilStep: null });
  const { trainedSteps } = await engine.client.sample(smallRequest).summary;
  await engine.client.call('run.pause', quick);
  await engine.client.call('run.reset', quick);
  await engine.trainTo(3);
  const moving = engine.client.sample({ ...smallRequest, steps: 12 });
  await engine.client.call('run.start', { ...quick, untilStep: null });
  const seen: SampleFrame[] = [];
  for await (const frame of moving) seen.push(frame);
  expect(trainedSteps).toBeGreaterThanOrEqual(3);
  expect(seen.map(({ xt }) => xt)).toEqual(still.map(({ xt }) => xt));
  const { stepsDone } = await engine.client.call('run.pause', quick);
  expect(stepsDone).toBeGreaterThan(3);
});

test('a picture depends on its own noise alone, not on how many are drawn with it', async () => {
  const engine = open();
  await engine.ready();
  await engine.trainTo(3); // untrained, the network says 0 to any noise
  const [two] = await frames(engine, { ...smallRequest, frames: 'last' });
  const [one] = await frames(engine, { ...smallRequest, frames: 'last', labels: [1] });
  expect(one?.xt.length).toBe(784);
  one?.xt.forEach((value, i) => expect(value).toBeCloseTo(two?.xt[i] ?? NaN, 4));
});

test('drawing goes on from a given picture at a given t', async () => {
  const engine = open();
  await engine.ready();
  await engine.trainTo(3);
  const all = await frames(engine);
  const from = all[2];
  if (!from) throw new Error('there is no third frame');
  const rest = await frames(engine, { ...smallRequest, start: { t: from.t, x: from.xt } });
  expect(rest.map(({ t }) => t)).toEqual([500, 250, 0]);
  rest.at(-1)?.xt.forEach((value, i) => expect(value).toBeCloseTo(all.at(-1)?.xt[i] ?? NaN, 5));
});

test('drawing walks up from pictures to noise, through the levels of the way down, and leaves no tensor', async () => {
  const engine = open();
  await engine.ready();
  await engine.trainTo(3);
  const x = createRng(4, 'pictures').normals(2 * 784);
  const before = (await engine.client.call('memory', {})).tensors;
  const up = await frames(engine, { ...smallRequest, sampler: 'ddim-inversion', samplerParams: {}, start: { t: 0, x } });
  expect((await engine.client.call('memory', {})).tensors).toBe(before);
  expect(up.map(({ t }) => t)).toEqual([0, 250, 500, 750, 1000]);
  expect(up[0]?.xt).toEqual(x);
  for (const [i, { alphaBar, xt, eps }] of up.slice(0, -1).entries()) {
    const next = up[i + 1];
    const signal = Math.sqrt(next?.alphaBar ?? NaN);
    const noise = Math.sqrt(1 - (next?.alphaBar ?? NaN)) - signal * Math.sqrt((1 - alphaBar) / alphaBar);
    const expected = xt.map((value, k) => (signal / Math.sqrt(alphaBar)) * value + noise * (eps?.[k] ?? NaN));
    expect(Math.max(...expected.map((value, k) => Math.abs(value - (next?.xt[k] ?? NaN))))).toBeLessThan(1e-3);
  }
});

test('looking inside gives a map for every layer, with channels first', async () => {
  const engine = open();
  await engine.ready();
  await engine.trainTo(2);
  const { maps, xt, x0 } = await engine.client.call('inspect', {
    ...quick,
    x0: new Float32Array(784),
    t: 400,
    label: 3,
    seed: 1,
  });
  expect([xt.length, x0.length]).toEqual([784, 784]);
  const layers = layersOf(smallRecipe.model).filter(({ kind }) => kind !== 'condition');
  expect(maps.map(({ name }) => name)).toEqual(layers.map(({ name }) => name));
  for (const { channels, side, values } of maps) expect(values.length).toBe(channels * side * side);
  const out = maps.find(({ name }) => name === 'out');
  out?.values.forEach((value, i) => expect(Math.max(-1, Math.min(1, value))).toBeCloseTo(x0[i] ?? NaN, 5)); // an x0-network, limited
});

test('no tensor is left behind by training, drawing, looking, or starting over', async () => {
  const engine = open();
  await engine.ready();
  await engine.trainTo(10);
  const tensors = async (): Promise<number> => (await engine.client.call('memory', {})).tensors;
  const before = await tensors();
  await engine.trainTo(25);
  await frames(engine);
  for await (const { i } of engine.client.sample(smallRequest)) if (i === 1) break;
  await engine.client.call('inspect', { ...quick, x0: new Float32Array(784), t: 400, label: 3, seed: 1 });
  await engine.client.call('save', {});
  expect(await tensors()).toBe(before);
  await engine.client.call('run.reset', quick);
  await engine.trainTo(10);
  expect(await tensors()).toBe(before);
});

test('a bad request fails and says why; the engine goes on', async () => {
  const engine = open();
  await engine.ready();
  const { client } = engine;
  expect(await codeOf(client.sample({ ...smallRequest, sampler: 'magic' }).summary)).toBe('range');
  expect(await codeOf(client.sample({ ...smallRequest, steps: 0 }).summary)).toBe('range');
  expect(await codeOf(client.sample({ ...smallRequest, sampler: 'ddim-inversion', samplerParams: {} }).summary)).toBe('range');
  expect(await codeOf(client.sample({ ...smallRequest, labels: [] }).summary)).toBe('range');
  expect(await codeOf(client.sample({ ...smallRequest, labels: [10] }).summary)).toBe('range');
  expect(await codeOf(client.sample({ ...smallRequest, start: { t: 500, x: new Float32Array(3) } }).summary)).toBe('shape');
  expect(await codeOf(client.call('inspect', { ...quick, x0: new Float32Array(3), t: 400, label: 3, seed: 1 }))).toBe('shape');
  const odd = { ...smallRecipe, model: { ...smallRecipe.model, imageSize: 27 } };
  expect(await codeOf(client.call('run.create', { recipe: odd, seed: 0 }))).not.toBe('done');
  expect((await engine.trainTo(2)).stepsDone).toBe(2);
});

test('a command before the engine is started fails', async () => {
  expect(await codeOf(open().client.call('run.pause', quick))).toBe('internal');
});

test('training waits for a shard that is late and goes on when it arrives', async () => {
  const site = smallSite();
  const late = site.get('train-1.bin');
  site.delete('train-1.bin');
  const engine = open({ site });
  await engine.ready();
  await engine.client.call('run.start', { ...quick, untilStep: 6 }); // four batches of four are in the first shard
  await engine.until(() => engine.status() === 'waiting');
  await engine.until(() => notices(engine).includes('data/fetch'));
  const { history } = await engine.client.call('run.setPreviewInterval', { ...quick, steps: 0 });
  expect(history.length).toBe(4);
  if (late) site.set('train-1.bin', late);
  await engine.client.call('data.load', {});
  await engine.until(() => engine.status() === 'paused');
  const run = await engine.client.call('run.pause', quick);
  expect(run.stepsDone).toBe(6);
});

test('digits that cannot be had are told, training waits, and a pause is still answered', async () => {
  const site = smallSite();
  const manifest = site.get('manifest.json');
  site.delete('manifest.json');
  const engine = open({ site });
  await engine.ready();
  await engine.client.call('run.start', { ...quick, untilStep: 2 });
  await engine.until(() => notices(engine).includes('data/fetch'));
  // Getting ready is no training, even if it comes to nothing.
  expect(await engine.client.call('run.pause', quick)).toMatchObject({ status: { kind: 'paused' }, trainedMs: 0 });
  expect(await codeOf(engine.client.call('data.load', {}))).toBe('data/fetch');
  if (manifest) site.set('manifest.json', manifest);
  expect((await engine.client.call('data.load', {})).imagesLoaded).toBe(16);
  expect((await engine.trainTo(2)).stepsDone).toBe(2);
});

test('a loss that is not a number stops training with the last good weights, and a lower rate goes on from there', async () => {
  const engine = open();
  await engine.ready();
  await engine.trainTo(3);
  const good = await frames(engine);
  await engine.client.call('sabotage', { what: 'nan' });
  const stopped = await engine.trainTo(6);
  expect(stopped.status).toMatchObject({ kind: 'failed', failure: { code: 'train/diverged' } });
  expect(stopped.stepsDone).toBe(3);
  expect(notices(engine)).toEqual(['train/diverged']);
  expect((await frames(engine)).map(({ xt }) => xt)).toEqual(good.map(({ xt }) => xt));
  await engine.client.call('run.setLearningRate', { ...quick, factor: 0.5 });
  const on = await engine.trainTo(6);
  expect(on).toMatchObject({ stepsDone: 6, status: { kind: 'paused' } });
  expect(losses(on).every(Number.isFinite)).toBe(true);
});

test('a reload goes on where the last one stopped, and learns what it would have learned', async () => {
  const store = memoryStore();
  const [first, whole] = [open({ store }), open()];
  await first.ready();
  await first.client.call('run.setPreviewInterval', { ...quick, steps: 2 });
  await first.client.call('run.setLearningRate', { ...quick, factor: 0.5 });
  const before = await first.trainTo(5);
  await first.client.call('save', {});
  const second = open({ store });
  const { runs } = await second.client.call('init', { choice: 'wasm', baseUrl: 'https://site.test/' });
  const restored = runs.find(({ runId }) => runId === 'quick');
  expect(restored).toEqual({ ...before, status: { kind: 'paused' }, savedStep: 5 });
  await whole.ready();
  await whole.client.call('run.setLearningRate', { ...quick, factor: 0.5 });
  expect(losses(await second.trainTo(9))).toEqual(losses(await whole.trainTo(9)));
});

test('a damaged checkpoint is told, and the one before it is used', async () => {
  const store = memoryStore();
  const first = open({ store });
  await first.ready();
  await first.trainTo(3);
  await first.trainTo(6);
  await first.client.call('save', {});
  await first.client.call('sabotage', { what: 'checkpoint' });
  const second = open({ store });
  const { runs } = await second.client.call('init', { choice: 'wasm', baseUrl: 'https://site.test/' });
  expect(runs.find(({ runId }) => runId === 'quick')?.stepsDone).toBe(3);
  expect(notices(second)).toEqual(['weights/format']);
  expect((await second.trainTo(7)).stepsDone).toBe(7);
});

test('when both are damaged the run begins afresh', async () => {
  const store = memoryStore();
  const first = open({ store });
  await first.ready();
  await first.trainTo(3);
  await first.client.call('save', {});
  await first.client.call('sabotage', { what: 'checkpoint' });
  for (const [key, record] of store.records) {
    if ((record as Checkpoint).stepsDone < 3) store.records.set(key, 'not a checkpoint at all');
  }
  const second = open({ store });
  const { runs } = await second.client.call('init', { choice: 'wasm', baseUrl: 'https://site.test/' });
  expect(runs.find(({ runId }) => runId === 'quick')).toMatchObject({ stepsDone: 0, status: { kind: 'idle' } });
  expect(notices(second)).toEqual(['weights/format']);
});

test('a full store is told; training goes on, and what was saved before stays', async () => {
  const engine = open();
  await engine.ready();
  await engine.trainTo(3);
  await engine.client.call('save', {});
  await engine.client.call('sabotage', { what: 'storage' });
  const run = await engine.trainTo(6);
  await engine.client.call('save', {});
  expect(notices(engine)).toEqual(['storage/full']);
  const notice = engine.news.find(({ type }) => type === 'notice');
  expect(notice).toMatchObject({ failure: { message: expect.stringContaining('step 3') } });
  expect(run).toMatchObject({ stepsDone: 6, status: { kind: 'paused' } });
  const again = open({ store: engine.store });
  const { runs } = await again.client.call('init', { choice: 'wasm', baseUrl: 'https://site.test/' });
  expect(runs.find(({ runId }) => runId === 'quick')?.stepsDone).toBe(3);
});

test('where nothing can be stored that is told, and training works all the same', async () => {
  const engine = open({
    openStore: async () => {
      throw new AppError('storage/none', 'blocked');
    },
  });
  await engine.ready();
  expect(notices(engine)).toEqual(['storage/none']);
  expect(await engine.trainTo(3)).toMatchObject({ stepsDone: 3, savedStep: null, status: { kind: 'paused' } });
  await engine.client.call('save', {});
});

test('a tab that was left behind goes on from what the other has trained', async () => {
  const [store, locks] = [memoryStore(), fakeLocks()];
  const [here, there] = [open({ store, locks }), open({ store, locks })];
  await here.ready();
  await there.client.call('init', { choice: 'wasm', baseUrl: 'https://site.test/' });
  const learned = losses(await here.trainTo(3));
  await here.client.call('save', {});
  const on = await there.trainTo(5);
  expect(losses(on).slice(0, 3)).toEqual(learned);
  expect(on.stepsDone).toBe(5);
});

test('one tab trains at a time, and the other may when the first has paused', async () => {
  const locks = fakeLocks();
  const [here, there] = [open({ locks }), open({ locks })];
  await here.ready();
  await there.ready();
  await here.client.call('run.start', { ...quick, untilStep: null });
  expect(await codeOf(there.client.call('run.start', { ...quick, untilStep: 2 }))).toBe('tab/busy');
  expect(await codeOf(there.client.call('run.step', quick))).toBe('tab/busy');
  await here.client.call('run.pause', quick);
  expect((await there.trainTo(2)).stepsDone).toBe(2);
  expect((await here.client.call('run.step', quick)).status).toEqual({ kind: 'paused' });
});

test('starting the other run stops the first', async () => {
  const engine = open();
  await engine.ready();
  await engine.client.call('run.create', { recipe: { ...smallRecipe, id: 'textbook' }, seed: 1 });
  await engine.client.call('run.start', { ...quick, untilStep: null });
  await engine.until(() => engine.status() === 'training');
  await engine.client.call('run.start', { runId: 'textbook', untilStep: 2 });
  const { status } = await engine.client.call('run.setPreviewInterval', { ...quick, steps: 0 });
  expect(status).toEqual({ kind: 'paused' });
});

test('every command, cancelled at a random moment, ends exactly once', async () => {
  const engine = open();
  await engine.ready();
  await engine.trainTo(2);
  const rng = createRng(11, 'cancel');
  const asks: { readonly [C in CallName]: () => Omit<Extract<Command, { type: C }>, 'id'> } = {
    init: () => ({ type: 'init', ask: { choice: 'wasm', baseUrl: 'https://site.test/' } }),
    'data.load': () => ({ type: 'data.load', ask: {} }),
    'run.create': () => ({ type: 'run.create', ask: { recipe: smallRecipe, seed: 1 } }),
    'run.start': () => ({ type: 'run.start', ask: { ...quick, untilStep: null } }),
    'run.trainTo': () => ({ type: 'run.trainTo', ask: { ...quick, untilStep: 3 } }),
    'run.pause': () => ({ type: 'run.pause', ask: quick }),
    'run.step': () => ({ type: 'run.step', ask: quick }),
    'run.reset': () => ({ type: 'run.reset', ask: quick }),
    'run.setLearningRate': () => ({ type: 'run.setLearningRate', ask: { ...quick, factor: 1 } }),
    'run.setPreviewInterval': () => ({ type: 'run.setPreviewInterval', ask: { ...quick, steps: 0 } }),
    'run.setJudging': () => ({ type: 'run.setJudging', ask: { ...quick, isWanted: false } }),
    sample: () => ({ type: 'sample', ask: smallRequest }),
    inspect: () => ({ type: 'inspect', ask: { ...quick, x0: new Float32Array(784), t: 400, label: 3, seed: 1 } }),
    judge: () => ({ type: 'judge', ask: { pixels: new Float32Array(784) } }),
    'embed.pictures': () => ({ type: 'embed.pictures', ask: { pixels: new Float32Array(784) } }),
    'embed.captions': () => ({ type: 'embed.captions', ask: { captions: ['a seven'] } }),
    'prior.sample': () => ({
      type: 'prior.sample',
      ask: { captions: ['a seven'], guidanceScale: 1, seed: 1, steps: 2, frames: 'all' },
    }),
    'autoencoder.encode': () => ({ type: 'autoencoder.encode', ask: { name: 'ae-2', pixels: new Float32Array(784) } }),
    'autoencoder.decode': () => ({ type: 'autoencoder.decode', ask: { name: 'ae-2', latents: new Float32Array(98) } }),
    'part.train': () => ({ type: 'part.train', ask: { part: 'autoencoder', untilStep: 2, seed: 1, fresh: true } }),
    'part.look': () => ({ type: 'part.look', ask: { part: 'autoencoder' } }),
    'weights.export': () => ({ type: 'weights.export', ask: { ...quick, weights: 'all' } }),
    'weights.import': () => ({ type: 'weights.import', ask: { ...quick, bytes: new Uint8Array(3) } }),
    save: () => ({ type: 'save', ask: {} }),
    profile: () => ({ type: 'profile', ask: quick }),
    memory: () => ({ type: 'memory', ask: {} }),
    sabotage: () => ({ type: 'sabotage', ask: { what: 'storage' } }),
  };
  const firstId = 1_000_000; // apart from the client's own
  let id = firstId;
  for (let round = 0; round < 3; round += 1) {
    for (const ask of Object.values(asks)) {
      id += 1;
      const mine = id;
      engine.send({ ...ask(), id: mine } as Command); // each ask is a command but for its id
      for (let turn = rng.int(6); turn > 0; turn -= 1) await new Promise((resolve) => setImmediate(resolve));
      engine.send({ type: 'cancel', id: mine });
    }
  }
  const ends = (): readonly number[] =>
    engine.events.flatMap((event) => (event.type !== 'news' && event.type !== 'part' && event.id > firstId ? [event.id] : []));
  await engine.client.call('run.pause', quick);
  await engine.until(() => new Set(ends()).size === id - firstId);
  await engine.client.call('memory', {});
  expect([...ends()].sort((a, b) => a - b)).toEqual(Array.from({ length: id - firstId }, (_, i) => firstId + 1 + i));
});
