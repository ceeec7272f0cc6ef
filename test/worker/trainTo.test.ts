/** Training that is waited for: what a queue of runs is made of. */
import { afterEach, expect, test, vi } from 'vitest';
import { AppError } from '../../src/base/errors';
import type { RunSnapshot } from '../../src/worker/protocol';
import { fakeLocks } from './support/fakeLocks';
import { harness, type Harness } from './support/harness';
import { smallBase, smallRecipe } from './support/small';

vi.setConfig({ testTimeout: 60_000 });

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
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : thrown),
  );
const losses = (run: RunSnapshot): readonly number[] => run.history.map(({ loss }) => loss);

test('answers when the step is reached, with all that led to it, and at once when it has been reached before', async () => {
  const engine = open();
  await engine.ready();
  const run = await engine.client.call('run.trainTo', { ...quick, untilStep: 5 });
  expect(run).toMatchObject({ stepsDone: 5, status: { kind: 'paused' } });
  expect(run.history).toHaveLength(5);
  const again = await engine.client.call('run.trainTo', { ...quick, untilStep: 4 });
  expect(again).toMatchObject({ stepsDone: 5, status: { kind: 'paused' } });
});

test('learns what a run learns that is started and paused', async () => {
  const [waited, watched] = [open(), open()];
  await waited.ready();
  await watched.ready();
  await waited.client.call('run.trainTo', { ...quick, untilStep: 2 });
  const run = await waited.client.call('run.trainTo', { ...quick, untilStep: 6 });
  expect(losses(run)).toEqual(losses(await watched.trainTo(6)));
});

test('cancelling pauses it, and what was learned stays', async () => {
  const engine = open();
  await engine.ready();
  const abort = new AbortController();
  const training = codeOf(engine.client.call('run.trainTo', { ...quick, untilStep: 10_000 }, { signal: abort.signal }));
  await engine.until(() => engine.news.some(({ type }) => type === 'run.steps'));
  abort.abort();
  expect(await training).toBe('request/cancelled');
  await engine.until(() => engine.status() === 'paused');
  const run = await engine.client.call('run.pause', quick);
  expect(run.stepsDone).toBeGreaterThan(0);
  expect(run.stepsDone).toBeLessThan(10_000);
});

test('a pause by somebody else ends it where it stands, and another run takes its place', async () => {
  const engine = open();
  await engine.ready();
  await engine.client.call('run.create', { recipe: smallBase, seed: 1 });
  const started = (): boolean => engine.status() === 'training';

  const paused = engine.client.call('run.trainTo', { ...quick, untilStep: 10_000 });
  await engine.until(started);
  await engine.client.call('run.pause', quick);
  expect((await paused).status).toEqual({ kind: 'paused' });

  const replaced = engine.client.call('run.trainTo', { ...quick, untilStep: 10_000 });
  await engine.until(started);
  const other = await engine.client.call('run.trainTo', { runId: 'base-7', untilStep: 3 });
  expect(other).toMatchObject({ runId: 'base-7', stepsDone: 3 });
  expect((await replaced).stepsDone).toBeLessThan(10_000);
});

test('a run that trains already is only given its end', async () => {
  const engine = open();
  await engine.ready();
  await engine.client.call('run.start', { ...quick, untilStep: null });
  const run = await engine.client.call('run.trainTo', { ...quick, untilStep: 30 });
  expect(run.stepsDone).toBeGreaterThanOrEqual(30);
  expect(run.status).toEqual({ kind: 'paused' });
});

test('says why training failed, and refuses what is no step or no run', async () => {
  const engine = open();
  await engine.ready();
  await engine.trainTo(2);
  await engine.client.call('sabotage', { what: 'nan' });
  expect(await codeOf(engine.client.call('run.trainTo', { ...quick, untilStep: 20 }))).toBe('train/diverged');
  for (const untilStep of [0, -1, 2.5, NaN]) {
    expect(await codeOf(engine.client.call('run.trainTo', { ...quick, untilStep }))).toBe('range');
  }
  const unknown = { runId: 'nobody' as 'quick', untilStep: 3 };
  expect(await codeOf(engine.client.call('run.trainTo', unknown))).toBe('range');
});

test('another tab that trains is named', async () => {
  const locks = fakeLocks();
  const [here, there] = [open({ locks }), open({ locks })];
  await here.ready();
  await there.ready();
  await here.client.call('run.start', { ...quick, untilStep: null });
  expect(await codeOf(there.client.call('run.trainTo', { ...quick, untilStep: 2 }))).toBe('tab/busy');
});

test('leaves no tensors that a run of the same length would not', async () => {
  const engine = open();
  await engine.ready(smallRecipe);
  await engine.client.call('run.trainTo', { ...quick, untilStep: 2 });
  const before = await engine.client.call('memory', {});
  await engine.client.call('run.trainTo', { ...quick, untilStep: 8 });
  expect((await engine.client.call('memory', {})).tensors).toBe(before.tensors);
});
