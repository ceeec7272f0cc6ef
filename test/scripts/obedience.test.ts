/** What is measured of pictures that were asked for by captions, with the judge that ships. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileFetch, publicUrl } from '../../scripts/fileFetch';
import {
  createObedience,
  obedienceSeeds,
  spreadOver,
  type ObedienceMeter,
  type PromptPart,
} from '../../scripts/pretrain/measured/obedience';
import { createMnist } from '../../src/data/mnist';
import { obedienceMeasures } from '../../src/data/recordedObedience';
import { useWasmBackend } from '../support/wasmBackend';

const n = 120;
const size = 28 * 28;
let meter: ObedienceMeter;
beforeAll(async () => {
  await useWasmBackend();
  const store = createMnist({ baseUrl: publicUrl, fetch: fileFetch });
  await store.loadRest();
  meter = createObedience(store, n);
}, 60_000);
afterAll(() => meter.dispose());

test('the digits that the captions were measured from obey them: slant, thickness and width all, and the judge sees the class', async () => {
  const real = await meter.real();
  for (const measure of ['slant', 'thickness', 'width'] as const) expect(real[measure]).toEqual({ min: 1, mean: 1, max: 1 });
  expect(real.class.mean).toBeGreaterThan(0.97);
  expect(real.all).toEqual(real.class);
});

test('the same digits in another order obey none of it', async () => {
  const shifted = Float32Array.from(meter.digits, (_, i) => meter.digits[(i + 7 * size) % meter.digits.length] ?? NaN);
  const { class: right, all } = await meter.measure(shifted);
  expect(right).toBeLessThan(0.3);
  expect(all).toBeLessThan(0.1);
});

test('a row is drawn from three seeds, part by part, and what was kept is not drawn again', async () => {
  const kept = new Map<number, Float32Array>();
  const parts: PromptPart[] = [];
  const draw = (part: PromptPart): Promise<Float32Array> => {
    parts.push(part);
    return Promise.resolve(meter.digits.slice(part.first * size, (part.first + part.prompts.length) * size));
  };
  const { measure } = meter.job({ key: 'a key', label: 'a label', row: { guidanceScale: 2 }, draw });
  const places = {
    find: (first: number) => kept.get(first),
    keep: (first: number, pixels: Float32Array) => void kept.set(first, pixels),
  };
  const row = await measure(places);
  expect(parts.map(({ first, captions }) => [first, captions.length])).toEqual(
    obedienceSeeds.flatMap(() => [
      [0, 100],
      [100, 20],
    ]),
  );
  expect(new Set(parts.map(({ seed }) => seed)).size).toBe(parts.length);
  expect(parts[0]?.captions[3]).toBe(meter.prompts[3]?.caption);
  expect(row).toMatchObject({ guidanceScale: 2, slant: { min: 1, mean: 1, max: 1 } });
  expect(Object.keys(row).sort()).toEqual(['guidanceScale', ...obedienceMeasures].sort());
  expect(await measure(places)).toEqual(row);
  expect(parts).toHaveLength(2 * obedienceSeeds.length);
});

test('a spread is the lowest, the mean and the highest', () => {
  const one = { fd: 1, class: 0, slant: 0, thickness: 0, width: 0, all: 0, midInk: 0, variety: 0 };
  expect(spreadOver([one, { ...one, fd: 5 }, { ...one, fd: 3 }]).fd).toEqual({ min: 1, mean: 3, max: 5 });
});
