/** Lesson 6 on the real engine: whichever drawing is stopped leaves no tensor, swapped experts differ, and a queue trains two. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { arrangementSource } from '../../lessons/experts/arrangements';
import { Beside } from '../../lessons/experts/beside.svelte';
import { setupSource } from '../../lessons/experts/setups';
import { Swap } from '../../lessons/experts/swap.svelte';
import { jobsOf, trainedSteps } from '../../lessons/experts/training';
import { Who } from '../../lessons/experts/who.svelte';
import { Session } from '../../src/state/session.svelte';
import type { SampleRequest, Source } from '../../src/worker/protocol';

vi.setConfig({ testTimeout: 180_000 });

const patience = { timeout: 60_000, interval: 10 } as const;
const trainingPatience = { timeout: 150_000, interval: 100 } as const;
/** More steps than anybody waits for: what ends before them was stopped. */
const many = 500;

let session: Session;
beforeEach(() => {
  localStorage.setItem('diffusion.backend', 'wasm');
  session = new Session();
});
afterEach(() => {
  session.close();
  localStorage.clear();
});

function request(source: Source, change: Partial<SampleRequest> = {}): SampleRequest {
  return {
    source,
    sampler: 'ddim',
    samplerParams: {},
    steps: 2,
    spacing: 'trailing',
    guidanceScale: 1.25,
    clip: true,
    seed: 1,
    labels: [3],
    frames: 'last',
    ...change,
  };
}

async function drawn(source: Source, change: Partial<SampleRequest> = {}): Promise<Float32Array> {
  for await (const { xt } of session.sample(request(source, change))) return xt;
  throw new Error('no picture');
}

async function tensors(): Promise<number> {
  return (await session.memory()).tensors;
}

/** Tensors of the engine at rest: with the experts and the single network in memory, and after a first call of the judge. */
async function atRest(): Promise<number> {
  await drawn(setupSource('one'));
  await session.judge(await drawn(setupSource('two')));
  return tensors();
}

test('the same noise gives the same picture, and another one if the experts are swapped', async () => {
  const trained = await drawn(setupSource('two'));
  expect(await drawn(setupSource('two'))).toEqual(trained);
  expect(await drawn(arrangementSource('as trained'))).toEqual(trained);
  const others = [await drawn(arrangementSource('swapped')), await drawn(arrangementSource('low alone'))];
  for (const other of others) expect(other).not.toEqual(trained);
});

test('while much noise is left, the high-noise expert alone draws what both draw', async () => {
  const asked = { start: undefined, steps: 4, frames: 'all' } as const;
  const film = async (source: Source): Promise<Float32Array[]> => {
    const frames = [];
    for await (const { xt } of session.sample(request(source, asked))) frames.push(xt);
    return frames;
  };
  const [both, high] = [await film(setupSource('two')), await film(arrangementSource('high alone'))];
  // t = 1000, 750 are the high-noise expert's in both; at 500 the other one is asked
  expect(both.slice(0, 3)).toEqual(high.slice(0, 3));
  expect(both[3]).not.toEqual(high[3]);
});

interface Drawn {
  readonly start: () => Promise<unknown>;
  readonly cancel: () => void;
  readonly isBusy: () => boolean;
}

const figures: Readonly<Record<string, () => Drawn>> = {
  'who is at work': () => {
    const who = new Who();
    return {
      start: () => who.draw(session, request(setupSource('two'), { steps: many, frames: 'all' }), 'two'),
      cancel: () => who.drawing.cancel(),
      isBusy: () => who.drawing.busy,
    };
  },
  'the wrong one at work': () => {
    const swap = new Swap();
    return {
      start: () => swap.draw(session, { steps: many, guidanceScale: 50, seed: 1, border: 300 }),
      cancel: () => swap.cancel(),
      isBusy: () => swap.busy,
    };
  },
};

test.each(Object.keys(figures))('%s, stopped in the middle, leaves no tensor', async (name) => {
  const before = await atRest();
  const figure = figures[name]?.();
  if (!figure) throw new Error('no such figure');
  const drawing = figure.start();
  await vi.waitFor(async () => expect(await tensors()).toBeGreaterThan(before), patience); // it holds some: it has begun
  figure.cancel();
  await drawing;
  expect(figure.isBusy()).toBe(false);
  await vi.waitFor(async () => expect(await tensors()).toBe(before), patience);
});

test('rows are drawn one after the other and judged; a row that is drawn again leaves the others', async () => {
  const swap = new Swap();
  const settings = { steps: 2, guidanceScale: 1, seed: 1, border: 300 };
  await swap.draw(session, settings);
  expect(Object.keys(swap.rows).sort()).toEqual(['as trained', 'border', 'high alone', 'low alone', 'swapped']);
  expect(swap.right('as trained')).toBeGreaterThanOrEqual(0);
  expect(swap.said).toMatch(/^Judged to be the digit that was asked for: as trained: \d+ of 10; swapped/);
  const before = swap.rows;
  await swap.draw(session, { ...settings, border: 700 }, ['border']);
  expect(swap.rows['swapped']).toBe(before['swapped']);
  expect(swap.rows['border']).not.toBe(before['border']);
});

test('a queue trains two experts, pauses and goes on, and they draw together', async () => {
  const jobs = jobsOf('two', 0.01, 3);
  const queue = session.queue('experts');
  await session.start();
  expect(trainedSteps('two', session.runs)).toBeNull();
  const first = queue.begin(jobs);
  await vi.waitFor(() => expect(queue.progressOf(jobs[0] ?? never()).done).toBeGreaterThan(0), trainingPatience);
  await queue.pause();
  expect(await first).toBe(false);
  expect(queue.status).toBe('paused');
  expect(await queue.resume()).toBe(true);
  expect(queue.status).toBe('done');
  const steps = trainedSteps('two', session.runs);
  expect(steps).toEqual(jobs.map(({ untilStep }) => untilStep).reverse());

  const beside = new Beside();
  await beside.draw(session, 'two', 10);
  expect(Object.keys(beside.rows).sort()).toEqual(['one', 'own', 'recorded']);
  expect(beside.failure).toBeNull();
  const last = (id: string): Float32Array | undefined => beside.rows[id]?.frames.at(-1)?.xt;
  expect(last('own')).not.toEqual(last('recorded'));
});

function never(): never {
  throw new Error('there is a first job');
}
