/** Parts that the page trains: to a step, paused, saved, brought back, one at a time, and drawn from by their own name. */
import { afterEach, expect, test, vi } from 'vitest';
import { AppError } from '../../src/base/errors';
import type { Ask, PartProgress } from '../../src/worker/protocol';
import { fakeLocks } from './support/fakeLocks';
import { harness, memoryStore, type Harness } from './support/harness';

vi.setConfig({ testTimeout: 120_000 });

const opened: Harness[] = [];
async function open(options: Parameters<typeof harness>[0] = {}): Promise<Harness> {
  const made = harness(options);
  opened.push(made);
  await made.ready();
  return made;
}
afterEach(() => {
  for (const { client } of opened.splice(0)) client.close();
});

const part = { part: 'autoencoder' } as const;
const ask = (untilStep: number, change: Partial<Ask<'part.train'>> = {}): Ask<'part.train'> => ({
  ...{ ...part, untilStep, seed: 4, fresh: false },
  ...change,
});

async function train(engine: Harness, asked: Ask<'part.train'>): Promise<{ told: readonly PartProgress[]; stepsDone: number }> {
  const told: PartProgress[] = [];
  const { stepsDone } = await engine.client.call('part.train', asked, { onPart: (progress) => told.push(progress) });
  return { told, stepsDone };
}
const losses = (told: readonly { readonly loss: number }[]): readonly number[] => told.map(({ loss }) => loss);
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : thrown),
  );
const notices = ({ news }: Harness): readonly string[] =>
  news.flatMap((told) => (told.type === 'notice' ? [told.failure.code] : []));

test('trains to the step it is asked for, tells every step once, and shows what comes back of ten digits', async () => {
  const engine = await open();
  const { told, stepsDone } = await train(engine, ask(4));
  expect(stepsDone).toBe(4);
  expect(told.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  expect(
    told.every(({ loss, ms, measures }) => loss > 0 && ms > 0 && (measures['mse'] ?? 0) > 0 && (measures['kl'] ?? 0) > 0),
  ).toBe(true);
  expect(told.map(({ shown }) => shown !== null)).toEqual([false, false, false, true]);
  const shown = told.at(-1)?.shown;
  if (shown?.kind !== 'reconstructions') throw new Error('nothing was shown');
  expect([shown.originals.length, shown.pixels.length, shown.latents.length]).toEqual([7840, 7840, 980]);
});

test('going on, pausing and beginning afresh: the same seed learns the same', async () => {
  const engine = await open();
  const whole = await train(engine, ask(5));
  const again = await open();
  const first = await train(again, ask(2));
  const rest = await train(again, ask(5, { seed: 99 })); // a part that has begun keeps its seed
  expect([...losses(first.told), ...losses(rest.told)]).toEqual(losses(whole.told));
  const fresh = await train(again, ask(3, { fresh: true }));
  expect(losses(fresh.told)).toEqual(losses(whole.told).slice(0, 3));
  expect(losses((await train(again, ask(2, { fresh: true, seed: 5 }))).told)).not.toEqual(losses(whole.told).slice(0, 2));
});

test('cancelling pauses it, and what was learned is kept for the next visit', async () => {
  const store = memoryStore();
  const engine = await open({ store });
  const stop = new AbortController();
  const told: PartProgress[] = [];
  const cancelled = engine.client.call('part.train', ask(1000), {
    signal: stop.signal,
    onPart: (progress) => {
      told.push(progress);
      if (progress.step === 3) stop.abort();
    },
  });
  expect(await codeOf(cancelled)).toBe('request/cancelled');
  await engine.until(() => store.records.has('part/autoencoder'));
  const paused = await engine.client.call('part.look', part);
  expect(paused.stepsDone).toBeGreaterThanOrEqual(3);
  expect(paused).toMatchObject({ isTraining: false, seed: 4, savedStep: paused.stepsDone, parameters: 93_224 });
  expect(losses(paused.history).slice(0, 3)).toEqual(losses(told));

  const next = await open({ store });
  expect(await next.client.call('part.look', part)).toEqual(paused);
  const reached = paused.stepsDone + 1;
  const onward = await train(next, ask(reached));
  expect(onward.told.map(({ step }) => step)).toEqual([reached]);
  const straight = await open();
  expect(losses(onward.told)).toEqual(losses((await train(straight, ask(reached))).told).slice(-1));
});

test('a damaged save is told, and the part begins afresh', async () => {
  const store = memoryStore();
  const engine = await open({ store });
  const before = await train(engine, ask(2));
  const record = store.records.get('part/autoencoder') as { weights: Uint8Array };
  record.weights[record.weights.length >> 1] = (record.weights[record.weights.length >> 1] ?? 0) ^ 0xff;
  const next = await open({ store });
  const after = await train(next, ask(2));
  expect(notices(next)).toContain('weights/format');
  expect(losses(after.told)).toEqual(losses(before.told));
});

test('a run that starts stops it, and it stops a run', async () => {
  const engine = await open({ locks: fakeLocks() });
  const training = train(engine, ask(1000));
  await engine.until(() => engine.events.some(({ type }) => type === 'part'));
  await engine.client.call('run.start', { runId: 'quick', untilStep: null });
  const { stepsDone } = await training; // answered, not failed
  expect(stepsDone).toBeLessThan(1000);
  await engine.until(() => engine.status() === 'training');
  const { told } = await train(engine, ask(stepsDone + 1));
  expect(told).toHaveLength(1);
  expect(engine.status()).toBe('paused');
  expect(await engine.client.call('run.trainTo', { runId: 'quick', untilStep: 2 })).toMatchObject({ status: { kind: 'paused' } });
});

test('two parts: the second stops the first', async () => {
  const engine = await open();
  const first = train(engine, ask(1000));
  await engine.until(() => engine.events.some(({ type }) => type === 'part'));
  const second = await train(engine, ask(2, { part: 'autoencoder-point' }));
  expect(second.stepsDone).toBe(2);
  expect((await first).stepsDone).toBeLessThan(1000);
});

test('another tab that trains is told', async () => {
  const locks = fakeLocks();
  const [one, two] = [await open({ locks }), await open({ locks })];
  const training = train(one, ask(1000));
  await one.until(() => one.events.some(({ type }) => type === 'part'));
  expect(await codeOf(train(two, ask(1)))).toBe('tab/busy');
  await one.client.call('run.start', { runId: 'quick', untilStep: 1 }).catch(() => undefined);
  await training;
});

test('its weights encode and decode by its own name, and tensors are let go of', async () => {
  const engine = await open();
  const { client } = engine;
  await train(engine, ask(2, { part: 'autoencoder-point' }));
  const pixels = new Float32Array(2 * 784);
  const { mean, side, channels, deviation } = await client.call('autoencoder.encode', { name: 'own:autoencoder-point', pixels });
  expect([mean.length, side, channels, deviation]).toEqual([4, 1, 2, null]);
  const decoded = await client.call('autoencoder.decode', { name: 'own:autoencoder-point', latents: mean });
  expect(decoded.pixels).toHaveLength(2 * 784);
  const before = await client.call('memory', {});
  await train(engine, ask(4, { part: 'autoencoder-point' }));
  await client.call('autoencoder.encode', { name: 'own:autoencoder-point', pixels });
  expect((await client.call('memory', {})).tensors).toBe(before.tensors);
});

test('what cannot be trained is refused', async () => {
  const { client } = await open();
  expect(await codeOf(client.call('part.train', ask(0)))).toBe('range');
  expect(await codeOf(client.call('part.train', ask(1, { part: 'tokenizer' as 'autoencoder' })))).toBe('range');
  expect(await codeOf(client.call('part.look', { part: 'quick' as 'autoencoder' }))).toBe('range');
});
