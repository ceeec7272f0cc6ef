/** Drawing with one network or several, from noise or from a smaller picture; and what happens when it ends early. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../src/base/errors';
import { createRng } from '../../src/base/rng';
import type { Recipe } from '../../src/training/recipe';
import { createRun, type TrainingRun } from '../../src/training/run';
import { dispatchDrawing, draw, drawLast, type DrawContext, type DrawSource } from '../../src/worker/drawing';
import { modelOf, parametersIn, type Model } from '../../src/worker/model';
import type { SampleFrame, SampleRequest } from '../../src/worker/protocol';
import { yieldToMessages } from '../../src/worker/yieldToMessages';
import { useWasmBackend } from '../support/wasmBackend';
import { smallRecipe, smallRequest, smallUpsampler } from './support/small';

vi.mock(import('../../src/worker/yieldToMessages'), { spy: true });

type Request = Omit<SampleRequest, 'source'>;
const request: Request = smallRequest;
const started: TrainingRun[] = [];
let one: Model;
let other: Model;
let upsampler: Model;
let untold: Model;

/** An untrained network draws something as well, and its last layer is not zero if it has taken a step. */
function model(recipe: Recipe, seed: number): Model {
  const run = createRun(recipe, seed);
  started.push(run);
  const labels = Int32Array.from({ length: recipe.batchSize }, (_, i) => i);
  run.step({ x0: createRng(seed, 'pictures').normals(recipe.batchSize * 784), labels });
  return modelOf(recipe, run.weights('ema'));
}

beforeAll(async () => {
  await useWasmBackend();
  one = model(smallRecipe, 0);
  other = model(smallRecipe, 1);
  upsampler = model(smallUpsampler, 2);
  untold = model({ ...smallUpsampler, model: { ...smallUpsampler.model, augmentationLevels: 0 } }, 3);
  await Promise.all(started.map((run) => run.flush()));
});
afterAll(() => {
  for (const run of started) run.dispose();
});

const context: DrawContext = { device: { guard: (promise) => promise }, signal: new AbortController().signal };

async function framesOf(source: DrawSource, asked: Request = request, with_ = context): Promise<readonly SampleFrame[]> {
  const frames: SampleFrame[] = [];
  for await (const frame of draw(source, asked, with_)) frames.push(frame);
  return frames;
}

/** Runs it and expects it to be refused, with every tensor gone. */
async function refusal(source: DrawSource, asked: Request): Promise<string> {
  const before = tf.memory().numTensors;
  const message = await drawLast(source, asked, context).then(
    () => 'drawn',
    (thrown: unknown) => (thrown instanceof AppError ? `${thrown.code}: ${thrown.message}` : String(thrown)),
  );
  expect(tf.memory().numTensors).toBe(before);
  return message;
}

const shared = (low: Model, high: Model, border = 400): DrawSource => ({
  experts: [
    { model: low, interval: { from: 0, to: border } },
    { model: high, interval: { from: border, to: 1000 } },
  ],
});

describe('experts', () => {
  test('that are all the same network draw what it draws alone, in every frame', async () => {
    const [alone, together] = [await framesOf(one), await framesOf(shared(one, one))];
    expect(together).toEqual(alone);
    expect(alone).toHaveLength(5);
  });

  test('are asked each for its own noise, and for nothing else', async () => {
    const asked: Model[] = [];
    await framesOf(shared(one, other, 500), { ...request, steps: 4 }, { ...context, onAsked: (which) => asked.push(which) });
    // 1000, 750 | 500, 250: the border itself is the cleaner one's.
    expect(asked).toEqual([other, other, one, one]);
  });

  test('that are swapped draw something else', async () => {
    const right = await drawLast(shared(one, other), request, context);
    expect(await drawLast(shared(other, one), request, context)).not.toEqual(right);
    expect(await drawLast(one, request, context)).not.toEqual(right);
  });

  test('may be named in any order, and walk up as well, from t = 0', async () => {
    const { experts } = shared(one, other) as Extract<DrawSource, { experts: unknown }>;
    const right = await drawLast({ experts }, request, context);
    expect(await drawLast({ experts: [...experts].reverse() }, request, context)).toEqual(right);
    const up = { ...request, sampler: 'ddim-inversion', samplerParams: {}, start: { t: 0, x: right } };
    const ends = await framesOf(shared(one, other), up);
    expect(ends.at(-1)?.t).toBe(1000);
  });

  test('that leave a gap, overlap, or are nobody, are refused', async () => {
    const between = (...intervals: [number, number][]): DrawSource => ({
      experts: intervals.map(([from, to]) => ({ model: one, interval: { from, to } })),
    });
    expect(await refusal(between([0, 400], [500, 1000]), request)).toMatch(/range: No expert is there for t = 401 to 500/);
    expect(await refusal(between([100, 1000]), request)).toMatch(/t = 1 to 100/);
    expect(await refusal(between([0, 900]), request)).toMatch(/t = 901 to 1000/);
    expect(await refusal(between([0, 500], [400, 1000]), request)).toMatch(/range: Two experts are there for t = 401/);
    expect(await refusal(between([0, 0], [0, 1000]), request)).toMatch(/^range/);
    expect(await refusal({ experts: [] }, request)).toMatch(/^range/);
  });

  test('that draw another size, another noise or other classes, are refused', async () => {
    const like = (change: Partial<Recipe>): DrawSource => shared(one, modelOf({ ...smallRecipe, ...change }, other.params));
    const { model: config, schedule } = smallRecipe;
    expect(await refusal(like({ model: { ...config, imageSize: 14 } }), request)).toMatch(/range: .*sizes of picture/);
    expect(await refusal(like({ schedule: { ...schedule, kind: 'linear' } }), request)).toMatch(/range: .*schedules/);
    expect(await refusal(like({ model: { ...config, classes: 0 } }), request)).toMatch(/range: .*classes/);
  });

  test('count their weights once each', () => {
    expect(parametersIn(shared(one, one))).toBe(parametersIn(one));
    expect(parametersIn(shared(one, other))).toBe(2 * parametersIn(one));
  });
});

describe('an upsampler', () => {
  const side = 14;
  const small = (count: number, seed = 4): Float32Array => {
    const pixels = createRng(seed, 'small').normals(count * side * side);
    return pixels.map((value) => Math.max(-1, Math.min(1, value)));
  };
  const given = (augmentation = 0, pixels = small(2)): Request => ({ ...request, condition: { pixels, augmentation } });

  test('needs a smaller picture, and looks at it', async () => {
    expect(await refusal(upsampler, request)).toMatch(/^range: .*no small picture was given/);
    const drawn = await drawLast(upsampler, given(), context);
    expect(drawn).toHaveLength(2 * 784);
    expect(await drawLast(upsampler, given(0, small(2, 5)), context)).not.toEqual(drawn);
    expect(await refusal(one, given())).toMatch(/^range: .*cannot look at/);
  });

  test('takes pictures of the side that it was trained with, and as many as it draws', async () => {
    expect(await refusal(upsampler, given(0, small(3)))).toMatch(/^shape: .*2 of 14 × 14/);
    expect(await refusal(upsampler, given(0, small(2).slice(0, 2 * 49)))).toMatch(/^shape/);
    expect(await refusal(upsampler, given(0, new Float32Array()))).toMatch(/^shape/);
  });

  test('draws the same from the same seed, and one picture whatever stands beside it', async () => {
    const pair = await drawLast(upsampler, given(3), context);
    expect(await drawLast(upsampler, given(3), context)).toEqual(pair);
    const first = { ...given(3, small(2).slice(0, side * side)), labels: request.labels.slice(0, 1) };
    const alone = await drawLast(upsampler, first, context);
    alone.forEach((value, i) => expect(value).toBeCloseTo(pair[i] ?? NaN, 4));
  });

  test('is given noise on it, and told so if it can be told; other noise than the picture starts from', async () => {
    const drawn = await Promise.all([0, 1, 5].map((k) => drawLast(upsampler, given(k), context)));
    expect(drawn[1]).not.toEqual(drawn[0]);
    expect(drawn[2]).not.toEqual(drawn[1]);
    const blind = await Promise.all([0, 1].map((k) => drawLast(untold, given(k), context)));
    expect(blind[1]).not.toEqual(blind[0]); // it sees the noise, though nobody tells it
    for (const k of [-1, 6, 0.5, NaN]) {
      expect(await refusal(upsampler, given(k))).toMatch(/^range: .*levels 0 to 5/);
      expect(await refusal(untold, given(k))).toMatch(/^range/);
    }
  });
});

describe('ending early', () => {
  test('a cancel in the middle of a step ends it after the step, and leaves no tensor', async () => {
    for (const [source, asked] of [
      [shared(one, other), request],
      [upsampler, { ...request, condition: { pixels: new Float32Array(2 * 196), augmentation: 2 } }],
    ] as const) {
      const before = tf.memory().numTensors;
      const abort = new AbortController();
      let calls = 0;
      const onAsked = (): void => {
        calls += 1;
        if (calls === 2) abort.abort();
      };
      const cancelled = framesOf(source, asked, { ...context, signal: abort.signal, onAsked });
      await expect(cancelled).rejects.toMatchObject({ code: 'request/cancelled' });
      expect(calls).toBe(2);
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  test('who has seen enough leaves no tensor either, nor does a start that does not fit', async () => {
    const before = tf.memory().numTensors;
    for await (const frame of draw(shared(one, other), request, context)) if (frame.i === 1) break;
    expect(tf.memory().numTensors).toBe(before);
    dispatchDrawing(shared(one, other), request);
    expect(tf.memory().numTensors).toBe(before);
    expect(await refusal(one, { ...request, start: { t: 500, x: new Float32Array(3) } })).toMatch(/^shape/);
  });

  test('a drawing of which only the end is wanted stops when the card is lost, not at its end, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const lost = Promise.reject(new AppError('backend/lost', 'Taken away.'));
    lost.catch(() => undefined); // told to those who wait, as src/worker/device.ts does
    const device = { guard: <T>(promise: Promise<T>): Promise<T> => Promise.race([promise, lost]) };
    vi.mocked(yieldToMessages).mockClear();
    await expect(drawLast(one, request, { ...context, device })).rejects.toMatchObject({ code: 'backend/lost' });
    expect(vi.mocked(yieldToMessages)).toHaveBeenCalledTimes(1); // once a step: it has got no further than the first of four
    expect(tf.memory().numTensors).toBe(before);
  });
});
