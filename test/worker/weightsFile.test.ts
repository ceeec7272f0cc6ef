/** Weights as a file: the format against its specification, what comes back, and what is refused and why. */
import { afterEach, expect, test, vi } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../src/model/safetensors';
import { recipes } from '../../src/training/recipes';
import type { RunSnapshot, WeightsChoice } from '../../src/worker/protocol';
import { harness, type Harness } from './support/harness';
import { smallRecipe, smallRequest } from './support/small';

vi.setConfig({ testTimeout: 60_000 });

const opened: Harness[] = [];
async function open(): Promise<Harness> {
  const engine = harness();
  opened.push(engine);
  await engine.ready();
  return engine;
}
afterEach(() => {
  for (const { client } of opened.splice(0)) client.close();
});

const quick = { runId: 'quick' } as const;
const losses = (run: RunSnapshot): readonly number[] => run.history.map(({ loss }) => loss);
type Bytes = Uint8Array<ArrayBuffer>;

async function fileOf(engine: Harness, weights: WeightsChoice): Promise<Bytes> {
  return (await engine.client.call('weights.export', { ...quick, weights })).bytes;
}
async function drawn(engine: Harness): Promise<Float32Array> {
  for await (const { xt } of engine.client.sample({ ...smallRequest, frames: 'last' })) return xt;
  throw new Error('nothing was drawn');
}
/** The file again, with its tensors or its metadata changed. */
function changed(
  bytes: Bytes,
  change: (parts: {
    arrays: Record<string, { shape: readonly number[]; data: Float32Array }>;
    metadata: Record<string, string>;
  }) => void,
): Bytes {
  const { arrays, metadata } = decodeSafetensors(bytes);
  const parts = { arrays: { ...arrays }, metadata: { ...metadata } };
  change(parts);
  return encodeSafetensors(parts.arrays, parts.metadata);
}

/** The specification, read by hand: length, JSON, then values without gaps (github.com/huggingface/safetensors#format). */
function readPlainly(bytes: Bytes): {
  header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
  metadata: Record<string, unknown>;
} {
  const view = new DataView(bytes.buffer);
  expect(view.getUint32(4, true)).toBe(0); // a header of more than 4 GB is not ours
  const length = view.getUint32(0, true);
  expect(bytes[8]).toBe('{'.charCodeAt(0)); // the header must begin with a brace, and may end with spaces only
  const all = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  const { __metadata__: metadata, ...header } = all;
  const offsets = Object.values(header as Record<string, { data_offsets: [number, number] }>).map(
    ({ data_offsets }) => data_offsets,
  );
  let place = 0;
  for (const [start, end] of offsets.sort((a, b) => a[0] - b[0])) {
    expect(start).toBe(place);
    place = end;
  }
  expect(8 + length + place).toBe(bytes.length);
  return { header, metadata };
}

test('what is written is safetensors to the letter, and says what it is', async () => {
  const engine = await open();
  await engine.trainTo(3);
  const { header, metadata } = readPlainly(await fileOf(engine, 'ema'));
  expect(header['stem.weight']).toMatchObject({ dtype: 'F32', shape: [3, 3, 4, 8] });
  for (const {
    dtype,
    shape,
    data_offsets: [start, end],
  } of Object.values(header)) {
    expect([dtype, end - start]).toEqual(['F32', 4 * shape.reduce((product, side) => product * side, 1)]);
  }
  expect(metadata).toMatchObject({ format: 'diffusion-by-hand', version: '1', weights: 'ema', seed: '5', step: '3' });
  expect(Object.values(metadata).every((value) => typeof value === 'string')).toBe(true); // the format allows nothing else
  expect(JSON.parse(String(metadata['recipe']))).toEqual(smallRecipe);
  const whole = readPlainly(await fileOf(engine, 'all')).header;
  expect(whole['param/stem.weight']?.shape).toEqual([3, 3, 4, 8]);
  expect(whole['history/loss']?.shape).toEqual([3]);
  expect(whole['history/t']?.shape).toEqual([3, 4]);
});

test('a whole run goes on elsewhere as it would have gone on here', async () => {
  const [here, there] = [await open(), await open()];
  const before = await here.trainTo(5);
  const file = await fileOf(here, 'all');
  const loaded = await there.client.call('weights.import', { ...quick, bytes: file });
  expect(loaded).toMatchObject({ stepsDone: 5, seed: 5, status: { kind: 'paused' } });
  losses(loaded).forEach((loss, i) => expect(loss).toBeCloseTo(losses(before)[i] ?? NaN, 5)); // single precision in the file
  expect(loaded.history.map(({ t }) => t)).toEqual(before.history.map(({ t }) => t));
  expect(await drawn(there)).toEqual(await drawn(here));
  const [on, beyond] = [await here.trainTo(8), await there.trainTo(8)];
  expect(losses(beyond).slice(5)).toEqual(losses(on).slice(5));
});

test('what was loaded is saved at once, as a reload shows', async () => {
  const [here, there] = [await open(), await open()];
  await here.trainTo(4);
  await there.client.call('weights.import', { ...quick, bytes: await fileOf(here, 'all') });
  await there.client.call('save', {});
  const again = harness({ store: there.store });
  opened.push(again);
  const { runs } = await again.client.call('init', { choice: 'wasm', baseUrl: 'https://site.test/' });
  expect(runs.find(({ runId }) => runId === 'quick')).toMatchObject({ stepsDone: 4, savedStep: 4 });
});

test.each(['ema', 'raw'] as const)('%s weights alone begin a run that draws with them and trains on', async (weights) => {
  const [here, there] = [await open(), await open()];
  await here.trainTo(6);
  const arrays = decodeSafetensors(await fileOf(here, weights)).arrays;
  const loaded = await there.client.call('weights.import', { ...quick, bytes: await fileOf(here, weights) });
  expect(loaded).toMatchObject({ stepsDone: 1, history: [], status: { kind: 'paused' } });
  for (const which of ['ema', 'raw'] as const) expect(decodeSafetensors(await fileOf(there, which)).arrays).toEqual(arrays);
  if (weights === 'ema') expect(await drawn(there)).toEqual(await drawn(here));
  const on = await there.trainTo(4);
  expect(on.history.map(({ step }) => step)).toEqual([2, 3, 4]);
  expect(losses(on).every(Number.isFinite)).toBe(true);
});

test('a run can be taken along while it trains', async () => {
  const engine = await open();
  await engine.client.call('run.start', { ...quick, untilStep: null });
  await engine.until(() => engine.status() === 'training');
  const { step } = await engine.client.call('weights.export', { ...quick, weights: 'all' });
  expect(engine.status()).toBe('training');
  const { stepsDone } = await engine.client.call('run.pause', quick);
  expect(step).toBeGreaterThan(0);
  expect(stepsDone).toBeGreaterThanOrEqual(step);
});

test('before the first step there is nothing to take along', async () => {
  const engine = await open();
  await expect(fileOf(engine, 'all')).rejects.toMatchObject({ code: 'range' });
});

const misshapen = { shape: [2, 2], data: new Float32Array(4) };
const spoil =
  (name: string) =>
  (bytes: Bytes): Bytes =>
    changed(bytes, ({ arrays }) => {
      const found = arrays[name];
      if (!found) throw new Error(`the test looks for ${name}`);
      arrays[name] = { shape: found.shape, data: found.data.map((value, i) => (i === 1 ? NaN : value)) };
    });
const refusals: readonly (readonly [string, WeightsChoice, (bytes: Bytes) => Bytes, RegExp])[] = [
  [
    'a missing tensor',
    'all',
    (bytes) => changed(bytes, ({ arrays }) => delete arrays['ema/stem.bias']),
    /no tensor named “ema\/stem\.bias”/,
  ],
  [
    'a missing tensor of weights alone',
    'ema',
    (bytes) => changed(bytes, ({ arrays }) => delete arrays['stem.bias']),
    /“stem\.bias”/,
  ],
  [
    'a wrong shape',
    'all',
    (bytes) => changed(bytes, ({ arrays }) => (arrays['adam.v/out.bias'] = misshapen)),
    /“adam\.v\/out\.bias” has the shape \[2, 2\]/,
  ],
  [
    'a wrong shape of weights alone',
    'raw',
    (bytes) => changed(bytes, ({ arrays }) => (arrays['out.bias'] = misshapen)),
    /“out\.bias” has the shape \[2, 2\]/,
  ],
  ['a NaN', 'all', spoil('param/stem.weight'), /“param\/stem\.weight” holds values that are not finite/],
  ['a NaN in weights alone', 'ema', spoil('stem.weight'), /“stem\.weight” holds values that are not finite/],
  ['a NaN in the history', 'all', spoil('history/loss'), /“history\/loss” holds values that are not finite/],
  [
    'a history longer than the run',
    'all',
    (bytes) => changed(bytes, ({ metadata }) => (metadata['step'] = '2')),
    /“history\/\w+”/,
  ],
  [
    'a tensor too many',
    'all',
    (bytes) => changed(bytes, ({ arrays }) => (arrays['muon/extra'] = misshapen)),
    /no place for the tensor “muon\/extra”/,
  ],
  ['a truncated file', 'all', (bytes) => bytes.slice(0, bytes.length - 40), /it ends within the tensor “history\/t”/],
  ['half a file', 'ema', (bytes) => bytes.slice(0, bytes.length / 2), /it ends within the tensor “/],
  ['a tail', 'ema', (bytes) => Uint8Array.from([...bytes, 1]), /1 bytes follow/],
  ['no safetensors at all', 'ema', () => new TextEncoder().encode('{"this is": "JSON, and no weights"}'), /cannot be read/],
  ['an empty file', 'ema', () => new Uint8Array(0), /ends after 0 bytes/],
  [
    'a file of another network',
    'all',
    (bytes) => changed(bytes, ({ metadata }) => (metadata['recipe'] = JSON.stringify(recipes.quick))),
    /“param\/[\w.]+” has the shape|no tensor named/,
  ],
  [
    'weights of another network that say nothing of themselves',
    'ema',
    (bytes) =>
      changed(bytes, ({ arrays, metadata }) => {
        delete metadata['format'];
        arrays['stem.weight'] = { shape: [3, 3, 4, 16], data: new Float32Array(576) };
      }),
    /“stem\.weight” has the shape \[3, 3, 4, 16\] instead of \[3, 3, 4, 8\]/,
  ],
  [
    'a textbook run in place of a quick one',
    'all',
    (bytes) => changed(bytes, ({ metadata }) => (metadata['recipe'] = JSON.stringify(recipes.textbook))),
    /holds a textbook run/,
  ],
  [
    'an absurd recipe',
    'all',
    (bytes) => changed(bytes, ({ metadata }) => (metadata['recipe'] = JSON.stringify({ ...smallRecipe, batchSize: 1e9 }))),
    /“batchSize”/,
  ],
  [
    'an absurd schedule',
    'all',
    (bytes) =>
      changed(
        bytes,
        ({ metadata }) =>
          (metadata['recipe'] = JSON.stringify({ ...smallRecipe, schedule: { ...smallRecipe.schedule, T: 1e12 } })),
      ),
    /“schedule”/,
  ],
  ['a recipe that is no JSON', 'all', (bytes) => changed(bytes, ({ metadata }) => (metadata['recipe'] = '{')), /not JSON/],
  [
    'a step that is no number',
    'all',
    (bytes) => changed(bytes, ({ metadata }) => (metadata['step'] = '1e999')),
    /“1e999” where its step/,
  ],
  ['another version', 'all', (bytes) => changed(bytes, ({ metadata }) => (metadata['version'] = '2')), /version 2/],
  ['an absurdly large file', 'all', () => new Uint8Array(257 * 2 ** 20), /257 MB/],
];

test('whatever is wrong with a file is named, and the present run stays as it was', async () => {
  const engine = await open();
  await engine.trainTo(3);
  const [before, picture] = [await engine.client.call('run.pause', quick), await drawn(engine)];
  const files = { all: await fileOf(engine, 'all'), ema: await fileOf(engine, 'ema'), raw: await fileOf(engine, 'raw') };
  const tensors = await engine.client.call('memory', {});
  for (const [what, weights, spoiled, message] of refusals) {
    const refused = engine.client.call('weights.import', { ...quick, bytes: spoiled(files[weights]) });
    await expect(refused, what).rejects.toMatchObject({
      code: expect.stringMatching(/^weights\//),
      message: expect.stringMatching(message),
    });
  }
  expect(await engine.client.call('memory', {})).toEqual(tensors);
  expect(await engine.client.call('run.pause', quick)).toEqual(before);
  expect(await drawn(engine)).toEqual(picture);
});
