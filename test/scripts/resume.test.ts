/** A run that is cut off and taken up again comes to the very bits of one that was not; a run under another key starts afresh. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { nowhere, savePlace, type SavePlace } from '../../scripts/pretrain/savePlace';
import { trainJudge, type TrainedJudge } from '../../scripts/pretrain/trainJudge';
import { recordedRun, trainRun, type Recording } from '../../scripts/pretrain/trainRun';
import type { JudgeConfig } from '../../src/evaluation/judgeConfig';
import type { NamedArrays } from '../../src/model/config';
import { useWasmBackend } from '../support/wasmBackend';
import { smallRecipe } from '../worker/support/small';

const pictures = 32;
/** Two gradients of grey, by class. */
const store = {
  counts: [pictures],
  image: (i: number) => Uint8Array.from({ length: 784 }, (_, pixel) => (pixel * (1 + (i % 2))) % 256),
  label: (i: number) => i % 2,
};
/** A film frame falls on step 20, and saves fall beside it. */
const [steps, saveEvery, seed] = [22, 4, 3];

let folder = '';
beforeAll(useWasmBackend);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resume-'));
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** @param cut the step after which the run is cut off; null lets it end */
async function run(place: SavePlace, cut: number | null): Promise<Recording<{ step: number }>> {
  return trainRun({
    ...{ recipe: smallRecipe, seed, steps, store, place, saveEvery },
    look: async ({ stepsDone }) => {
      if (stepsDone === cut) throw new Error('cut off');
      return stepsDone % 5 === 0 ? [{ step: stepsDone }] : [];
    },
  });
}

async function resultOf({ run: trained, course, seconds }: Recording<{ step: number }>): Promise<object> {
  const state = await trained.exportState();
  trained.dispose();
  expect(seconds).toBeGreaterThan(0);
  return { course, state, stepsDone: trained.stepsDone };
}

test('a run that is cut off twice ends as one that is not: weights, optimiser, losses, film and measurements', async () => {
  const whole = await resultOf(await run(nowhere, null));
  const place = savePlace(folder, 'quick', { seed });
  await expect(run(place, 7)).rejects.toThrow('cut off'); // saved after 4
  await expect(run(place, 21)).rejects.toThrow('cut off'); // saved after 20
  const taken = await run(place, null);
  expect(JSON.parse(recordedRun(taken, 'a command'))).toMatchObject({ seed, recipe: 'quick', film: [{ step: 20 }] });
  expect(await resultOf(taken)).toEqual(whole);
});

test('a finished run is not trained again until its place is cleared', async () => {
  const place = savePlace(folder, 'quick', { seed });
  const first = await resultOf(await run(place, null));
  expect(await resultOf(await run(place, 1))).toEqual(first); // it would have been cut off
  place.remove();
  await expect(run(place, 1)).rejects.toThrow('cut off');
});

test('seconds of training add up', async () => {
  const place = savePlace(folder, 'quick', { seed });
  const state: NamedArrays = { 'param/x': { shape: [1], data: Float32Array.of(0.1) } };
  place.write({ step: steps, seconds: 1000, course: [], state });
  expect(place.read()).toEqual({ step: steps, seconds: 1000, course: [], state });
  place.remove();
  await expect(run(place, 5)).rejects.toThrow('cut off');
  const saved = place.read<object>();
  place.write({ step: 4, seconds: 1000, course: saved?.course ?? {}, state: saved?.state ?? {} });
  expect((await run(place, null)).seconds).toBeGreaterThan(1000);
});

test('another key has another place, and half a file that an interruption left is never read', () => {
  const one = savePlace(folder, 'quick', { seed: 1 });
  one.write({ step: 1, seconds: 1, course: null, state: {} });
  expect(savePlace(folder, 'quick', { seed: 2 }).read()).toBeNull();
  expect(readdirSync(folder)).toHaveLength(1);
  writeFileSync(join(folder, `${readdirSync(folder)[0] ?? ''}.part`), 'half');
  expect(one.read()?.step).toBe(1);
});

const judge: JudgeConfig = { imageSize: 28, widths: [8, 16], features: 16, classes: 10 };

function trainSmallJudge(place: SavePlace, cut: number | null): Promise<TrainedJudge> {
  return trainJudge({
    ...{ config: judge, seed, steps: 6, store, place, reportEvery: 2 },
    onStep: ({ step }) => {
      if (step === cut) throw new Error('cut off');
    },
  });
}

test('the judge goes on as well', async () => {
  const whole = await trainSmallJudge(nowhere, null);
  const place = savePlace(folder, 'judge', { seed });
  await expect(trainSmallJudge(place, 2)).rejects.toThrow('cut off');
  const taken = await trainSmallJudge(place, null);
  expect(taken.losses.map(({ step }) => step)).toEqual([2, 4, 6]);
  expect({ ...taken, seconds: 0 }).toEqual({ ...whole, seconds: 0 });
});
