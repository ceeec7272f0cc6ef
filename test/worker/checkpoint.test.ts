import { expect, test } from 'vitest';
import { AppError } from '../../src/base/errors';
import { resumeRun } from '../../src/training/run';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint, type RunContent } from '../../src/worker/checkpoint';
import { createCheckpoints } from '../../src/worker/checkpoints';
import type { CheckpointStore } from '../../src/worker/checkpointStore';
import { startBackend } from '../../src/worker/backend';
import { memoryStore } from './support/harness';
import { smallRecipe } from './support/small';

const step = (n: number): RunContent['history'][number] => ({
  step: n,
  loss: 1 / n,
  x0Mse: 0.1 * n,
  epsMse: 1 / 3,
  t: [n, 2, 3, 4],
  x0Errors: [0.5, 0.25, 0.125, 1 / 7],
  epsErrors: [1, 2, 3, 4],
  gradNorm: Math.PI,
  learningRate: 0.004,
  ms: 12.5,
});

const content = (steps: number): RunContent => ({
  recipe: smallRecipe,
  seed: 5,
  stepsDone: steps,
  trainedMs: 123.4,
  learningRateFactor: 0.5,
  previewInterval: 0,
  history: Array.from({ length: steps }, (_, i) => step(i + 1)),
  film: [1, 2].map((n) => ({
    step: n,
    seconds: n / 2,
    count: 2,
    pixels: Uint8Array.from({ length: 2 * 784 }, (_, i) => (i * n) % 256),
  })),
  state: { 'param/a': { shape: [2, 2], data: Float32Array.of(1, -2, 3.5, 1e-7) } },
});

const codeOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (thrown) {
    return thrown instanceof AppError ? thrown.code : thrown;
  }
  return 'nothing thrown';
};

test('a checkpoint gives back every number of what was put into it', () => {
  expect(decodeCheckpoint(structuredClone(encodeCheckpoint(content(3), 1)))).toEqual(content(3));
});

test('a run without history and film comes back, too', () => {
  const bare = { ...content(0), film: [] };
  expect(decodeCheckpoint(encodeCheckpoint(bare, 1))).toEqual(bare);
});

test.each(['weights', 'details', 'history', 'film'] as const)('one flipped bit in its %s is noticed', (part) => {
  const checkpoint = encodeCheckpoint(content(3), 1);
  const bytes = checkpoint[part].slice();
  const place = bytes.length >> 1;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  expect(codeOf(() => decodeCheckpoint({ ...checkpoint, [part]: bytes }))).toBe('weights/format');
});

test('a missing part, another version and something else altogether are told apart from a checkpoint', () => {
  const checkpoint = encodeCheckpoint(content(3), 1);
  expect(codeOf(() => decodeCheckpoint({ ...checkpoint, film: undefined }))).toBe('weights/format');
  expect(codeOf(() => decodeCheckpoint('nonsense'))).toBe('weights/format');
  expect(codeOf(() => decodeCheckpoint({ ...checkpoint, version: 99 }))).toBe('weights/version');
});

test('saves go to two slots in turn, and the newest is restored', async () => {
  const store = memoryStore();
  const checkpoints = createCheckpoints(store, () => undefined);
  for (const steps of [1, 2, 3]) await checkpoints.save(content(steps));
  expect([...store.records.keys()].sort()).toEqual(['quick/0', 'quick/1']);
  const steps = [...store.records.values()].map((record) => (record as Checkpoint).stepsDone); // just saved
  expect(steps.sort()).toEqual([2, 3]);
  const again = createCheckpoints(store, () => undefined);
  expect(await again.restore('quick', ({ stepsDone }) => stepsDone)).toBe(3);
});

test('a save that fails half-way leaves the last one to be restored', async () => {
  const store = memoryStore();
  await createCheckpoints(store, () => undefined).save(content(1));
  const torn: CheckpointStore = {
    ...store,
    write: async (key) => {
      store.records.set(key, { half: 'a record' });
      throw new DOMException('no room', 'QuotaExceededError');
    },
  };
  const checkpoints = createCheckpoints(torn, () => undefined);
  await checkpoints.restore('quick', () => undefined);
  await expect(checkpoints.save(content(2))).rejects.toMatchObject({
    code: 'storage/full',
    message: expect.stringContaining('step 1'),
  });
  expect(await createCheckpoints(store, () => undefined).restore('quick', ({ stepsDone }) => stepsDone)).toBe(1);
});

test('a checkpoint whose weights do not fit the network counts as damaged', async () => {
  await startBackend({ choice: 'wasm' }, { where: 'worker', wasmPaths: null, loadKernels: null });
  const store = memoryStore();
  const told: string[] = [];
  await createCheckpoints(store, () => undefined).save(content(1));
  const checkpoints = createCheckpoints(store, ({ code }) => told.push(code));
  expect(
    await checkpoints.restore('quick', ({ recipe, seed, stepsDone, state }) => resumeRun(recipe, seed, stepsDone, state)),
  ).toBeNull();
  expect(told).toEqual(['weights/format']);
});
