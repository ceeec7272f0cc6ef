/** The judge as the engine offers it: asked over the wire, with the weights that ship with the page. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { AppError } from '../../src/base/errors';
import { createRng } from '../../src/base/rng';
import { judgePath } from '../../src/evaluation/judgeFiles';
import { judgedClasses } from '../../src/evaluation/metrics';
import { realDigits } from '../support/realBatches';
import { harness, smallSite, type Harness } from './support/harness';

vi.setConfig({ testTimeout: 60_000 });

const opened: Harness[] = [];
async function open(weights: Uint8Array | null): Promise<Harness> {
  const site = smallSite();
  if (weights) site.set('judge.safetensors', new Uint8Array(weights));
  const made = harness({ site });
  opened.push(made);
  await made.ready();
  return made;
}
afterEach(() => {
  for (const { client } of opened.splice(0)) client.close();
});

const shipped = new Uint8Array(readFileSync(fileURLToPath(new URL(`../../public/${judgePath}`, import.meta.url))));
const digits = realDigits('t10k').batch(Array.from({ length: 120 }, (_, i) => i));
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : thrown),
  );
const ask = (engine: Harness, pixels: Float32Array): Promise<{ probabilities: Float32Array; features: Float32Array }> =>
  engine.client.call('judge', { pixels });

test('says which digits pictures show, each independently of the others', async () => {
  const engine = await open(shipped);
  const { probabilities, features } = await ask(engine, digits.x0);
  expect([probabilities.length, features.length]).toEqual([1200, 7680]);
  for (let i = 0; i < 120; i += 1) {
    expect(probabilities.subarray(i * 10, i * 10 + 10).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  }
  const right = judgedClasses(probabilities, 10).filter((digit, i) => digit === digits.labels[i]);
  expect(right.length).toBeGreaterThan(115);
  const alone = await ask(engine, digits.x0.slice(110 * 784, 111 * 784));
  alone.features.forEach((value, i) => expect(value).toBeCloseTo(features[110 * 64 + i] ?? NaN, 3));
});

test('values outside −1 … 1 count as paper or ink', async () => {
  const engine = await open(shipped);
  const first = digits.x0.slice(0, 784);
  const { features } = await ask(
    engine,
    first.map((value) => (Math.abs(value) === 1 ? 3 * value : value)),
  );
  expect(features).toEqual((await ask(engine, first)).features);
});

test('leaves no tensor behind, and training goes on beside it', async () => {
  const engine = await open(shipped);
  await engine.trainTo(2);
  const tensors = async (): Promise<number> => (await engine.client.call('memory', {})).tensors;
  const before = await tensors();
  await ask(engine, digits.x0);
  expect(await codeOf(ask(engine, new Float32Array(785)))).toBe('shape');
  expect(await tensors()).toBe(before);
  await engine.client.call('run.start', { runId: 'quick', untilStep: null });
  expect((await ask(engine, digits.x0)).features.length).toBe(7680);
  await engine.client.call('run.pause', { runId: 'quick' });
});

test('too many pictures or none are refused', async () => {
  const engine = await open(shipped);
  expect(await codeOf(ask(engine, new Float32Array()))).toBe('range');
  expect(await codeOf(ask(engine, new Float32Array(784 * 1001)))).toBe('range');
});

test('weights that cannot be had are told, and asked for again', async () => {
  const engine = await open(null);
  expect(await codeOf(ask(engine, digits.x0))).toBe('data/fetch');
  engine.site.set('judge.safetensors', new Uint8Array(shipped));
  expect(await codeOf(ask(engine, digits.x0))).toBe('done');
});

test('a damaged file is refused', async () => {
  const engine = await open(shipped.subarray(0, 5000));
  expect(await codeOf(ask(engine, digits.x0))).toBe('weights/format');
});

test('a question that is taken back is answered at once, and the next one as ever', async () => {
  const engine = await open(shipped);
  const stop = new AbortController();
  const asked = engine.client.call('judge', { pixels: createRng(1).normals(784 * 200) }, { signal: stop.signal });
  stop.abort();
  expect(await codeOf(asked)).toBe('request/cancelled');
  expect(await codeOf(ask(engine, digits.x0))).toBe('done');
});
