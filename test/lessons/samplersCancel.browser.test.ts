/** The figures of the samplers' lesson on the real engine: whichever is stopped while it draws, and a judging too, leaves no tensor. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Between from '../../lessons/samplers/Between.svelte';
import { EtaSweep } from '../../lessons/samplers/etaSweep.svelte';
import { LangevinLanes } from '../../lessons/samplers/langevinLanes.svelte';
import { LiveQuality } from '../../lessons/samplers/qualityLive.svelte';
import { SameDigit } from '../../lessons/samplers/sameDigit.svelte';
import { Studio } from '../../lessons/samplers/studio.svelte';
import { ThereAndBack } from '../../lessons/samplers/thereAndBack.svelte';
import { createRng } from '../../src/base/rng';
import { Session } from '../../src/state/session.svelte';

vi.setConfig({ testTimeout: 120_000 });

const pixels = 28 * 28;
const patience = { timeout: 60_000, interval: 10 } as const;
/** More steps than anybody waits for: what ends before them was stopped. */
const many = 500;

interface Figure {
  /** @returns settles when the drawing has ended, however it did */
  readonly start: () => Promise<unknown>;
  readonly cancel: () => unknown;
  readonly isBusy: () => boolean;
}

const figures: Readonly<Record<string, (studio: Studio) => Figure>> = {
  η: (studio) => {
    const sweep = new EtaSweep(studio);
    return { start: () => sweep.run(), cancel: () => sweep.cancel(), isBusy: () => sweep.busy };
  },
  'the same digit': (studio) => {
    const same = new SameDigit(studio);
    return { start: () => same.run(), cancel: () => same.cancel(), isBusy: () => same.busy };
  },
  Langevin: (studio) => {
    const lanes = new LangevinLanes();
    return {
      start: () => lanes.draw(studio, { budget: many + 1, stepSize: 0.2, seed: 1 }),
      cancel: () => lanes.cancel(),
      isBusy: () => lanes.now !== null,
    };
  },
  'there and back': (studio) => {
    const trips = new ThereAndBack();
    const travellers = { pictures: createRng(1).normals(pixels), labels: [3], guidanceScale: 1.5 };
    return {
      start: () => trips.travel(studio, travellers, [many]),
      cancel: () => trips.cancel(),
      isBusy: () => trips.now !== null,
    };
  },
  quality: ({ session }) => {
    const live = new LiveQuality();
    const ask = { source: { kind: 'recorded' }, sampler: 'ddpm', evaluations: [many], n: 50 } as const;
    return {
      start: () => live.measure(session, { ...ask, referenceAddress: '/weights/judge-reference.safetensors' }),
      cancel: () => live.cancel(),
      isBusy: () => live.busy,
    };
  },
  'between two noises': (studio) => {
    const button = (name: string) => page.getByRole('button', { name });
    const screen = render(Between, { studio });
    return {
      start: async () => {
        await screen;
        await button('Draw what lies between').click();
      },
      cancel: () => button('Stop').click(),
      isBusy: () => button('Stop').elements().length > 0,
    };
  },
};

let session: Session;
let studio: Studio;
beforeEach(() => {
  localStorage.setItem('diffusion.backend', 'wasm');
  session = new Session();
  studio = new Studio(session);
  studio.chosenSource = 'recorded'; // other tests leave runs in the browser's storage, and one's own run comes first
});
afterEach(() => {
  session.close();
  localStorage.clear();
});

/** Tensors of the engine at rest: with the recorded network in memory, and after a first call of the judge. */
async function atRest(): Promise<number> {
  const request = studio.request({ sampler: 'ddim', params: {}, steps: 1, spacing: 'trailing' }, { frames: 'last' });
  for await (const { xt } of session.sample(request)) await session.judge(xt);
  return tensors();
}

async function tensors(): Promise<number> {
  return (await session.memory()).tensors;
}

test.each(Object.keys(figures))('%s, stopped in the middle', async (name) => {
  const before = await atRest();
  const figure = figures[name]?.(studio);
  if (!figure) throw new Error('no such figure');
  const drawing = figure.start();
  await vi.waitFor(async () => expect(await tensors()).toBeGreaterThan(before), patience); // it holds some: it has begun
  await figure.cancel();
  await drawing;
  expect(figure.isBusy()).toBe(false);
  await vi.waitFor(async () => expect(await tensors()).toBe(before), patience);
});

test('a judging that nobody waits for any more', async () => {
  const before = await atRest();
  const stop = new AbortController();
  const judging = session.judge(createRng(1).normals(200 * pixels), { signal: stop.signal });
  stop.abort();
  await expect(judging).rejects.toMatchObject({ code: 'request/cancelled' });
  await vi.waitFor(async () => expect(await tensors()).toBe(before), patience);
  // and the judge is as good as before
  expect((await session.judge(new Float32Array(pixels))).probabilities).toHaveLength(10);
  expect(await tensors()).toBe(before);
});
