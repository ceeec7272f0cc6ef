/** Measuring where a step's time goes: over the wire, with the small network, on stock kernels. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, test, vi } from 'vitest';
import { AppError } from '../../src/base/errors';
import { flopsPerStep } from '../../src/training/cost';
import { profileStep } from '../../src/worker/profile';
import type { KernelTime } from '../../src/worker/protocol';
import { harness, type Harness } from './support/harness';
import { smallRecipe } from './support/small';

vi.setConfig({ testTimeout: 60_000 });

const opened: Harness[] = [];
async function open(): Promise<Harness> {
  const made = harness();
  opened.push(made);
  await made.ready();
  return made;
}
afterEach(() => {
  vi.restoreAllMocks();
  for (const { client } of opened.splice(0)) client.close();
});

const quick = { runId: 'quick' } as const;
const tools = { device: { guard: <T>(promise: Promise<T>): Promise<T> => promise }, check: () => undefined, budgetMs: 1 };
const sumOf = (kernels: readonly KernelTime[]): number => kernels.reduce((sum, { ms }) => sum + (ms ?? 0), 0);

test('tells the kernels of a step, longest first, and what an evaluation costs beside it', async () => {
  const engine = await open();
  const profile = await engine.client.call('profile', quick);
  expect(profile).toMatchObject({ backend: 'wasm', batchSize: 4, flopsPerStep: flopsPerStep(smallRecipe) });
  const names = profile.kernels.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['Conv2D', 'Multiply', 'Add']));
  expect(names.filter((name) => /^[a-z]/.test(name))).toEqual([]); // scopes of gradients would count their kernels twice
  expect(new Set(names).size).toBe(names.length);
  const times = profile.kernels.map(({ ms }) => ms ?? NaN);
  expect(times).toEqual([...times].sort((a, b) => b - a));
  expect(sumOf(profile.kernels)).toBeGreaterThan(0);
  expect(profile.msPerStep).toBeGreaterThan(0);
  const [many, one] = profile.evaluations;
  expect([many?.pictures, one?.pictures]).toEqual([32, 1]);
  expect(many?.ms).toBeGreaterThan(one?.ms ?? Infinity);
  expect(profile.matrixFlops).toBeGreaterThan(1e8); // plain JavaScript reaches more
});

test('leaves the reader’s run and every tensor as they were', async () => {
  const [measured, plain] = [await open(), await open()];
  await measured.trainTo(3);
  await plain.trainTo(3);
  const before = await measured.client.call('memory', {});
  const { memory } = await measured.client.call('profile', quick);
  expect(memory).toEqual(before);
  expect(await measured.client.call('memory', {})).toEqual(before);
  expect((await measured.trainTo(6)).history.map(({ loss }) => loss)).toEqual(
    (await plain.trainTo(6)).history.map(({ loss }) => loss),
  );
});

test('is refused while a run trains, and given up when one begins to', async () => {
  const engine = await open();
  const refusal = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'measured',
      (thrown: unknown) => (thrown instanceof AppError ? thrown.message : thrown),
    );
  const early = refusal(engine.client.call('profile', quick));
  await engine.client.call('run.start', { ...quick, untilStep: null });
  expect(await early).toContain('Pause training');
  expect(await refusal(engine.client.call('profile', quick))).toContain('Pause training');
  expect((await engine.client.call('run.pause', quick)).status).toEqual({ kind: 'paused' });
});

test('where the backend has no timer the calls are counted, and no time is made up', async () => {
  await open();
  const backend = tf.backend();
  const timed = await profileStep(smallRecipe, tools);
  const timerAvailable = vi.spyOn(backend, 'timerAvailable').mockReturnValue(false);
  const time = vi.spyOn(backend, 'time');
  const counted = await profileStep(smallRecipe, tools);
  expect(counted.kernels.every(({ ms }) => ms === null)).toBe(true);
  const callsOf = (kernels: readonly KernelTime[]): ReadonlyMap<string, number> =>
    new Map(kernels.map(({ name, calls }) => [name, calls]));
  expect(callsOf(counted.kernels)).toEqual(callsOf(timed.kernels));
  expect(counted.msPerStep).toBeGreaterThan(0);
  expect(time).toHaveBeenCalled(); // otherwise tfjs times a kernel by reading its result back
  expect(timerAvailable).toHaveBeenCalled();
  expect(backend.timerAvailable()).toBe(false); // as it was
});
