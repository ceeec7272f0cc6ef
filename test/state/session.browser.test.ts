/** The page's view of the real engine: a session as the root layout makes it. */
import { afterEach, expect, test, vi } from 'vitest';
import { Session } from '../../src/state/session.svelte';
import { recipeIds } from '../../src/training/recipe';
import { smallBase, smallRecipe, smallRequest, smallUpsampler } from '../worker/support/small';

vi.setConfig({ testTimeout: 120_000 });

const opened: Session[] = [];
function open(): Session {
  localStorage.setItem('diffusion.backend', 'wasm');
  const session = new Session();
  opened.push(session);
  return session;
}
afterEach(() => {
  for (const session of opened.splice(0)) session.close();
  localStorage.clear();
});

/** Polls, as a component would look again at each change. */
const until = (holds: () => boolean): Promise<void> =>
  vi.waitFor(() => expect(holds()).toBe(true), { timeout: 60_000, interval: 20 });
const codes = (session: Session): readonly string[] => session.notices.map(({ failure }) => failure.code);

test('making a session starts nothing', () => {
  const session = open();
  expect([session.phase, session.backend, session.runs, session.active]).toEqual(['off', null, {}, null]);
});

test('without anything saved the engine stays unloaded; with something it starts by itself', async () => {
  const session = open();
  await session.startIfSaved();
  expect(session.phase).toBe('off');
  localStorage.setItem('diffusion.saved', 'yes');
  await session.startIfSaved();
  expect(session.phase).toBe('ready');
});

test('trains, follows, pauses and says so', async () => {
  const session = open();
  expect(await session.start()).toBe(true);
  expect(session.backend?.backend).toBe('wasm');
  expect(Object.keys(session.runs)).toEqual(recipeIds);
  await session.create(smallRecipe, 3);
  await session.train('quick', { untilStep: 5000 });
  await until(() => (session.runs.quick?.history.length ?? 0) >= 6);
  expect(session.active?.runId).toBe('quick');
  expect(session.announcement).toContain('Training');
  expect(session.msPerStep('quick')).toBeGreaterThan(0);
  expect(session.secondsLeft('quick')).toBeGreaterThan(0);
  expect(session.target('quick')).toBe(5000);
  expect(session.data.imagesLoaded).toBeGreaterThan(0);
  await session.pause('quick');
  const paused = session.runs.quick;
  expect(paused?.status.kind).toBe('paused');
  expect(paused?.history.map(({ step }) => step)).toEqual(Array.from({ length: paused?.stepsDone ?? 0 }, (_, i) => i + 1));
  expect(session.active).toBeNull();
  await until(() => session.announcement.startsWith('Paused at step'));
  await session.reset('quick');
  expect(session.runs.quick).toMatchObject({ stepsDone: 0, history: [] });
  expect(session.notices).toEqual([]);
});

test('draws before it is asked to start, and stops when the loop is left', async () => {
  const session = open();
  const stream = session.sample({ ...smallRequest, source: { kind: 'run', runId: 'quick', weights: 'raw' } });
  const seen: number[] = [];
  for await (const { i } of stream) {
    seen.push(i);
    if (i === 1) break;
  }
  expect(seen).toEqual([0, 1]);
  await expect(stream.summary).rejects.toMatchObject({ code: 'request/cancelled' });
  expect(session.phase).toBe('ready');
});

test('the judge says which digit a picture shows; what it cannot read is its caller’s to handle', async () => {
  const session = open();
  const stroke = new Float32Array(784).fill(-1);
  for (let row = 5; row < 23; row += 1) stroke.fill(1, row * 28 + 13, row * 28 + 16); // an upright line: a one
  const { probabilities, features } = await session.judge(stroke);
  expect(probabilities.indexOf(Math.max(...probabilities))).toBe(1);
  expect([probabilities.length, features.length]).toEqual([10, 64]);
  await expect(session.judge(new Float32Array(5))).rejects.toMatchObject({ code: 'shape' });
  expect(session.notices).toEqual([]);
});

test('what goes wrong becomes a notice, told once, that can be dismissed', async () => {
  const session = open();
  await session.start();
  expect(await session.setLearningRate('quick', NaN)).toBe(false);
  expect(await session.setLearningRate('quick', NaN)).toBe(false);
  expect(codes(session)).toEqual(['range']);
  session.dismiss(session.notices[0]?.id ?? -1);
  expect(session.notices).toEqual([]);
});

test('a restart brings the runs back as they were saved', async () => {
  const session = open();
  await session.create(smallRecipe, 3);
  await session.train('quick', { untilStep: 3 });
  await until(() => session.runs.quick?.status.kind === 'paused');
  await session.save();
  await until(() => session.runs.quick?.savedStep === 3);
  expect(await session.restart()).toBe(true);
  expect(session.runs.quick).toMatchObject({ stepsDone: 3, status: { kind: 'paused' } });
});

test('a worker that cannot run is told once, and the next start tries again', async () => {
  const session = open();
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
    expect(await session.start()).toBe(false);
    expect([session.phase, codes(session)]).toEqual(['failed', ['internal']]);
  } finally {
    vi.unstubAllGlobals();
  }
  expect(await session.start()).toBe(true);
});

test('a queue trains several runs one after the other, is one for its name, and can be paused', async () => {
  const session = open();
  const queue = session.queue('cascade');
  expect(session.queue('cascade')).toBe(queue);
  expect(session.queue('other')).not.toBe(queue);
  const jobs = [smallBase, smallUpsampler].map((recipe) => ({
    runId: recipe.id,
    recipe,
    seed: 1,
    untilStep: 6,
    label: recipe.id,
  }));
  expect(await queue.begin(jobs)).toBe(true);
  expect([queue.status, queue.secondsLeft, session.active]).toEqual(['done', 0, null]);
  expect([session.runs['base-7'], session.runs['up-28']]).toMatchObject([{ stepsDone: 6 }, { stepsDone: 6 }]);

  const longer = jobs.map((job) => ({ ...job, untilStep: 100_000 }));
  const going = queue.begin(longer);
  await until(() => (session.runs['base-7']?.stepsDone ?? 0) > 6);
  expect(session.target('base-7')).toBe(100_000);
  expect(queue.secondsLeft).toBeGreaterThan(0);
  await queue.pause();
  expect([await going, queue.status, session.active]).toEqual([false, 'paused', null]);
  expect(codes(session)).toEqual([]);
});

test('a queue that lost its engine waits, and goes on when there is one again', async () => {
  const session = open();
  await session.start();
  const queue = session.queue('cascade');
  const job = { runId: smallBase.id, recipe: smallBase, seed: 1, untilStep: 100_000, label: 'base' };
  const going = queue.begin([job]);
  // Steps alone would not do: an earlier test may have left some in storage.
  await until(() => session.active?.runId === 'base-7');
  session.close();
  expect(await going).toBe(false);
  expect(queue.status).toBe('paused');
  await session.start();
  const resumed = queue.resume();
  await until(() => queue.status === 'running' && session.active?.runId === 'base-7');
  await queue.pause();
  expect(await resumed).toBe(false);
});
