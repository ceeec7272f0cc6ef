/** A laptop that sleeps and a tab that is hidden: neither may stop training, spoil its clock or lose a step. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { nextPace } from '../../src/state/pace';
import { awakeMs } from '../../src/worker/awake';
import { harness, type Harness } from './support/harness';

vi.setConfig({ testTimeout: 60_000 });

const hourMs = 3_600_000;
const opened: Harness[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const { client } of opened.splice(0)) client.close();
});

test('an hour asleep counts as the round that it interrupted would have', () => {
  expect(awakeMs(120, 100)).toBe(120);
  expect(awakeMs(30_000, 100)).toBe(30_000); // a slow device is awake
  expect(awakeMs(hourMs, 100)).toBe(100);
  expect(awakeMs(-5, 100)).toBe(0);
});

test('a clock that jumps by an hour in the middle of training spoils neither the time trained nor the time left', async () => {
  const now = performance.now.bind(performance);
  let asleep = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now() + asleep);
  const engine = harness();
  opened.push(engine);
  await engine.ready();
  await engine.client.call('run.start', { runId: 'quick', untilStep: null });
  const stepsTold = (): number => engine.news.filter(({ type }) => type === 'run.steps').length;
  await engine.until(() => stepsTold() >= 3);
  const before = await engine.client.call('run.setPreviewInterval', { runId: 'quick', steps: 0 });
  asleep = hourMs;
  const told = stepsTold();
  await engine.until(() => stepsTold() >= told + 3);
  const after = await engine.client.call('run.pause', { runId: 'quick' });
  expect(after.stepsDone).toBeGreaterThan(before.stepsDone);
  expect(after.history.map(({ step }) => step)).toEqual(Array.from({ length: after.stepsDone }, (_, i) => i + 1));
  expect(after.trainedMs).toBeGreaterThan(before.trainedMs);
  expect(after.trainedMs).toBeLessThan(hourMs / 10);
  const pace = nextPace(nextPace(undefined, before), after);
  expect(pace.msPerStep).toBeLessThan(hourMs / 100);
});

test('waking up saves what was learned before', async () => {
  const now = performance.now.bind(performance);
  let asleep = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now() + asleep);
  const engine = harness();
  opened.push(engine);
  await engine.ready();
  await engine.client.call('run.setPreviewInterval', { runId: 'quick', steps: 1_000_000 }); // the first picture is saved as well
  await engine.client.call('run.start', { runId: 'quick', untilStep: null });
  await engine.until(() => engine.news.some(({ type }) => type === 'run.steps'));
  expect(engine.news.some(({ type }) => type === 'run.saved')).toBe(false);
  asleep = hourMs;
  await engine.until(() => engine.news.some(({ type }) => type === 'run.saved'));
  expect(engine.status()).toBe('training');
});

test('a save asked for in the middle of training settles when what was trained is stored', async () => {
  const engine = harness();
  opened.push(engine);
  await engine.ready();
  await engine.client.call('run.start', { runId: 'quick', untilStep: null });
  await engine.until(() => engine.news.some(({ type }) => type === 'run.steps'));
  const { stepsDone } = await engine.client.call('run.setPreviewInterval', { runId: 'quick', steps: 0 });
  await engine.client.call('save', {});
  const { savedStep, status } = await engine.client.call('run.setPreviewInterval', { runId: 'quick', steps: 0 });
  expect(savedStep).toBeGreaterThanOrEqual(stepsDone);
  expect(status.kind).toBe('training');
});

test('nothing on the way of a step waits for a timer or an animation frame, which a hidden tab holds back', () => {
  const source = new URL('../../src/', import.meta.url);
  const files = ['worker', 'training', 'model'].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, source), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  );
  /** They work before there is any step, or after one has failed, and limit their own patience. */
  const besideSteps = ['worker/device.ts', 'worker/probe.ts', 'worker/shaders.ts'];
  const waits = /\b(setTimeout|setInterval|requestAnimationFrame|requestIdleCallback|nextFrame)\b/;
  expect(files.length).toBeGreaterThan(50); // it did look
  expect(files.filter((file) => waits.test(readFileSync(new URL(file, source), 'utf8'))).sort()).toEqual(besideSteps);
});
