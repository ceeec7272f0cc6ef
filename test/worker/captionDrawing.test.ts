/** Drawing with captions: what is asked for is what the network is told, at the moment at which it is told it. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../src/base/errors';
import { createRng } from '../../src/base/rng';
import { captionPlaces } from '../../src/data/captions/vocabulary';
import { installSimdKernels, removeSimdKernels } from '../../src/model/kernels/simd/install';
import type { Recipe } from '../../src/training/recipe';
import { createRun, type TrainingRun } from '../../src/training/run';
import { draw, drawLast, type DrawContext } from '../../src/worker/drawing';
import { inspect } from '../../src/worker/inspect';
import { modelOf, type Model } from '../../src/worker/model';
import { asking, filmRequest } from '../../src/worker/previews';
import type { AttentionMap, SampleFrame, SampleRequest } from '../../src/worker/protocol';
import { simdBinary } from '../support/simdKernels';
import { useWasmBackend } from '../support/wasmBackend';
import { smallReader, smallRecipe, smallRequest } from './support/small';

type Request = Omit<SampleRequest, 'source'>;
const request: Request = { ...smallRequest, labels: [null, null] };
const context: DrawContext = { device: { guard: (promise) => promise }, signal: new AbortController().signal };
const started: TrainingRun[] = [];
let reader: Model;
let other: Model;

/** A few steps on noise: enough that words make a difference, which they don't at the start. */
function trained(recipe: Recipe): Model {
  const run = createRun({ ...recipe, learningRate: 0.05 }, 1);
  started.push(run);
  const labels = Int32Array.from({ length: recipe.batchSize }, (_, i) => i);
  for (let step = 1; step <= 6; step += 1) run.step({ x0: createRng(step, 'pictures').normals(recipe.batchSize * 784), labels });
  return modelOf(recipe, run.weights('raw'));
}

beforeAll(async () => {
  await useWasmBackend();
  await installSimdKernels(simdBinary());
  reader = trained(smallReader);
  other = trained(smallRecipe);
  await Promise.all(started.map((run) => run.flush()));
});
afterAll(() => {
  for (const run of started) run.dispose();
  removeSimdKernels();
});

const last = (asked: Partial<Request>, model = reader): Promise<Float32Array> =>
  drawLast(model, { ...request, ...asked }, context);

async function framesOf(asked: Partial<Request>, model = reader): Promise<readonly SampleFrame[]> {
  const frames: SampleFrame[] = [];
  for await (const frame of draw(model, { ...request, ...asked }, context)) frames.push(frame);
  return frames;
}

const captioned = (...captions: (string | null)[]): Pick<Request, 'prompts'> => ({ prompts: { captions } });

/** Which of the two pictures differ. */
function changed(a: Float32Array, b: Float32Array): readonly boolean[] {
  const half = a.length / 2;
  return [0, 1].map((i) => a.subarray(i * half, (i + 1) * half).some((value, j) => value !== b[i * half + j]));
}

describe('captions', () => {
  test('change the pictures that they belong to, and no other', async () => {
    const plain = await last(captioned(null, null));
    expect(changed(plain, await last(captioned('a thick seven', null)))).toEqual([true, false]);
    expect(changed(plain, await last(captioned(null, 'a thick seven')))).toEqual([false, true]);
  });

  test('of no known word say nothing: empty, an emoji, a script tag, five hundred strangers', async () => {
    const untold = await last({});
    const strange = ['', '🦊', '<script>alert(1)</script>', 'lorem '.repeat(500)];
    for (const text of strange) expect(await last(captioned(text, null)), text).toEqual(untold);
    expect(await last(captioned(null, null))).toEqual(untold);
  });

  test('that say nothing cost one evaluation a step, guided or not; others cost two', async () => {
    const nfe = async (asked: Partial<Request>): Promise<number | undefined> => (await framesOf(asked)).at(-1)?.nfe;
    expect(await nfe({})).toBe(4);
    expect(await nfe(captioned('', null))).toBe(4);
    expect(await nfe(captioned('seven', null))).toBe(8);
    expect(await nfe({ ...captioned('seven', null), guidanceScale: 1 })).toBe(4);
  });

  test('must be as many as the pictures, and are refused by a network that does not read', async () => {
    const refusal = async (asked: Partial<Request>, model = reader): Promise<string> => {
      const before = tf.memory().numTensors;
      const message = await last(asked, model).then(
        () => 'drawn',
        (thrown: unknown) => (thrown instanceof AppError ? `${thrown.code}: ${thrown.message}` : String(thrown)),
      );
      expect(tf.memory().numTensors).toBe(before);
      return message;
    };
    expect(await refusal(captioned('seven'))).toMatch(/^shape: 2 pictures .* 1 captions/);
    expect(await refusal({ prompts: { captions: ['seven', null], swap: { captions: [], at: 3 } } })).toMatch(/^shape/);
    expect(await refusal({ ...captioned('seven', null), labels: [null, null] }, other)).toMatch(/^range: .*does not read/);
    expect(await refusal({ vectors: new Float32Array(4) })).toMatch(/^range: .*embedding/);
    expect(await refusal({ guidanceInterval: { from: 300, to: 300 } })).toMatch(/^range/);
  });
});

describe('words swapped mid-way', () => {
  const swapped = (at: number): Promise<readonly SampleFrame[]> =>
    framesOf({ prompts: { captions: ['thin one', 'thin one'], swap: { captions: ['thick eight', 'thin one'], at } } });

  test('leave everything before as it was, and only the pictures whose words change', async () => {
    const [whole, mixed] = [await framesOf(captioned('thin one', 'thin one')), await swapped(500)];
    for (const [i, { t, x0 }] of mixed.entries()) {
      if (x0 === null) continue;
      const before = whole[i]?.x0 ?? new Float32Array();
      expect(changed(before, x0), `t = ${t}`).toEqual([t <= 500, false]);
    }
    expect(mixed.map(({ t }) => t)).toEqual([1000, 750, 500, 250, 0]);
  });

  test('at the very start are the other caption, and at 0 the first', async () => {
    expect((await swapped(1000)).at(-1)?.xt).toEqual(await last(captioned('thick eight', 'thin one')));
    expect((await swapped(0)).at(-1)?.xt).toEqual(await last(captioned('thin one', 'thin one')));
  });
});

describe('a negative prompt', () => {
  test('takes the place of nothing in guidance: without guidance it is not heard', async () => {
    const prompts = { captions: ['seven', 'seven'] };
    const negative = { prompts: { ...prompts, negative: 'thick' } };
    expect(changed(await last({ prompts }), await last(negative))).toEqual([true, true]);
    expect(await last({ ...negative, guidanceScale: 1 })).toEqual(await last({ prompts, guidanceScale: 1 }));
  });

  test('that says nothing changes nothing; one that says what the caption says undoes guidance', async () => {
    const prompts = { captions: ['thick seven', 'thick seven'] };
    expect(await last({ prompts: { ...prompts, negative: 'xyz' } })).toEqual(await last({ prompts }));
    const frames = await framesOf({ prompts: { ...prompts, negative: 'thick seven' } });
    expect(frames.at(-1)?.nfe).toBe(4);
    expect(frames.at(-1)?.xt).toEqual(await last({ prompts, guidanceScale: 1 }));
  });

  test('is led away from even where nothing is asked for', async () => {
    expect(changed(await last({}), await last({ prompts: { captions: [null, null], negative: 'thick' } }))).toEqual([true, true]);
  });
});

describe('guidance in an interval', () => {
  const prompts = { captions: ['seven', 'thin one'] };

  test('is guidance at the moments inside it, and costs nothing outside', async () => {
    const frames = await framesOf({ prompts, guidanceInterval: { from: 250, to: 750 } });
    expect(frames.map(({ t, nfe }) => [t, nfe])).toEqual([[1000, 0], [750, 1], [500, 3], [250, 5], [0, 6]]); // prettier-ignore
  });

  test('of all t is guidance, and of none plain sampling', async () => {
    expect(await last({ prompts, guidanceInterval: { from: 0, to: 1000 } })).toEqual(await last({ prompts }));
    expect(await last({ prompts, guidanceInterval: { from: 1, to: 2 } })).toEqual(await last({ prompts, guidanceScale: 1 }));
  });

  test('holds for classes too', async () => {
    const told = { labels: [3, 7], guidanceScale: 3 };
    const inside = await last({ ...told, guidanceInterval: { from: 400, to: 800 } }, other);
    expect(changed(inside, await last(told, other))).toEqual([true, true]);
    expect(changed(inside, await last({ ...told, guidanceScale: 1 }, other))).toEqual([true, true]);
  });
});

describe('attention maps', () => {
  const prompts = { captions: ['a thick seven', null] };
  const visible = [3, 1];

  test('come with every frame that has a prediction, if asked for; no sooner', async () => {
    expect((await framesOf({ prompts })).every(({ attention }) => attention === null)).toBe(true);
    const frames = await framesOf({ prompts, attention: true });
    expect(frames.map(({ attention }) => attention?.map(({ layer }) => layer) ?? null)).toEqual([
      ...Array.from({ length: 4 }, () => ['mid.0', 'mid.1']),
      null,
    ]);
    expect((await framesOf({ prompts })).map(({ xt }) => xt)).toEqual(frames.map(({ xt }) => xt));
  });

  test('sum to one over the words of the caption, in every head and pixel; padding gets nothing', async () => {
    const [first] = await framesOf({ prompts, attention: true });
    for (const { side, heads, places, values } of first?.attention ?? []) {
      expect([side, heads, places]).toEqual([14, 2, captionPlaces]);
      const rows = heads * side * side;
      expect(values).toHaveLength(2 * rows * places);
      for (let row = 0; row < 2 * rows; row += 1) {
        const seen = visible[Math.floor(row / rows)] ?? 0;
        const weights = values.subarray(row * places, (row + 1) * places);
        expect(weights.subarray(0, seen).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
        expect(weights.subarray(seen).every((weight) => weight === 0)).toBe(true);
      }
    }
  });

  test('are those of the caption, guided or not, and of the first evaluation of a step that makes two', async () => {
    const mapsAt = async (asked: Partial<Request>): Promise<readonly AttentionMap[] | null | undefined> =>
      (await framesOf({ prompts, attention: true, ...asked }))[0]?.attention;
    const guided = await mapsAt({});
    expect(await mapsAt({ guidanceScale: 1 })).toEqual(guided);
    expect(await mapsAt({ sampler: 'heun', samplerParams: {} })).toEqual(guided);
  });

  test('are not asked of a network that does not read', async () => {
    const frames = await framesOf({ labels: [1, 7], attention: true }, other);
    expect(frames.every(({ attention }) => attention === null)).toBe(true);
  });
});

test('nothing is left behind: whole, abandoned in the middle, or thrown out of', async () => {
  const asked: Request = { ...request, prompts: { captions: ['seven', 'one'], negative: 'thin' }, attention: true };
  await framesOf(asked);
  const before = tf.memory().numTensors;
  await framesOf(asked);
  expect(tf.memory().numTensors).toBe(before);
  for await (const { i } of draw(reader, asked, context)) if (i === 1) break;
  expect(tf.memory().numTensors).toBe(before);
  const stopped = new AbortController();
  const walk = async (): Promise<void> => {
    for await (const { i } of draw(reader, asked, { ...context, signal: stopped.signal })) if (i === 1) stopped.abort();
  };
  await expect(walk()).rejects.toMatchObject({ code: 'request/cancelled' });
  expect(tf.memory().numTensors).toBe(before);
});

test('its layers can be looked at, the places where it looks for words left out', async () => {
  const { maps } = await inspect(reader, { x0: new Float32Array(784), t: 500, label: null, seed: 1 }, context.device);
  expect(maps.map(({ name, side }) => [name, side])).toEqual([
    ['stem', 14],
    ['mid.0', 14],
    ['mid.0.cross', 14],
    ['mid.1', 14],
    ['mid.1.cross', 14],
    ['out', 28],
  ]);
});

test('the film of a network that reads asks for each digit in words', () => {
  expect(filmRequest(smallReader, 100)).toMatchObject({ guidanceScale: 2, prompts: { captions: expect.arrayContaining(['a seven', 'an eight']) as unknown } }); // prettier-ignore
  expect(asking(smallRecipe, [3])).toEqual({ labels: [3] });
});
