import { expect, test } from 'vitest';
import { pointsOf, bandsOf } from '../../lessons/train/plots';
import { crc32 } from '../../src/base/checksum';
import { AppError } from '../../src/base/errors';
import { resumeRun } from '../../src/training/run';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint, type RunContent } from '../../src/worker/checkpoint';
import { packHistory } from '../../src/worker/packedHistory';
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
    side: 28,
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

test('a save from before networks saw smaller pictures is read as what it was', () => {
  const without = (value: object, ...names: readonly string[]): object =>
    Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
  const model = without(smallRecipe.model, 'innerBlocks', 'conditionChannels', 'augmentationLevels');
  const recipe = { ...without(smallRecipe, 'snrShift', 'timestepRange', 'lowResolution'), model };
  const older = { ...content(3), recipe, film: content(3).film.map((frame) => without(frame, 'side')) };
  const asWritten = encodeCheckpoint(older as unknown as RunContent, 1); // the types of then
  expect(decodeCheckpoint(asWritten)).toEqual(content(3));
});

test('a long history keeps the errors of its last hundred steps, and everything else of all', () => {
  const long = content(250);
  const { history } = decodeCheckpoint(encodeCheckpoint(long, 1));
  expect(history.slice(-100)).toEqual(long.history.slice(-100));
  expect(history.slice(0, 150)).toEqual(long.history.slice(0, 150).map((each) => ({ ...each, x0Errors: [], epsErrors: [] })));
  for (const which of ['x0', 'eps'] as const) expect(bandsOf(history, which, 1000)).toEqual(bandsOf(long.history, which, 1000));
  expect(pointsOf(history, 'x0')).toEqual(pointsOf(long.history, 'x0'));
});

test('a history that was thinned out once is saved again as it is, with what came after', () => {
  const once = decodeCheckpoint(encodeCheckpoint(content(250), 1)).history;
  const grown = [...once, step(251), step(252)];
  const again = decodeCheckpoint(encodeCheckpoint({ ...content(252), history: grown }, 2)).history;
  expect(again.slice(-100)).toEqual(grown.slice(-100));
  expect(again.slice(0, 152).every(({ t, x0Errors }) => t.length === 4 && x0Errors.length === 0)).toBe(true);
});

test('the history of ten thousand steps of 32 pictures takes little over a megabyte', () => {
  const wide = {
    ...step(1),
    t: new Array<number>(32).fill(7),
    x0Errors: new Array<number>(32).fill(0.1),
    epsErrors: new Array<number>(32).fill(1),
  };
  expect(packHistory(new Array<typeof wide>(10_000).fill(wide)).length).toBeLessThan(1.3e6);
});

test('a checkpoint of the version before is still read, errors and all', () => {
  const whole = content(3);
  const row = (each: (typeof whole.history)[number]): number[] => [
    ...[each.step, each.loss, each.x0Mse, each.epsMse, each.gradNorm, each.learningRate, each.ms],
    ...[...each.t, ...each.x0Errors, ...each.epsErrors],
  ];
  const history = new Uint8Array(Float64Array.from([4, ...whole.history.flatMap(row)]).buffer);
  const made = encodeCheckpoint(whole, 1);
  const [weights = 0, details = 0, , film = 0] = made.checksums;
  const old = { ...made, version: 1, history, checksums: [weights, details, crc32(history), film] };
  expect(decodeCheckpoint(old)).toEqual(whole);
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
