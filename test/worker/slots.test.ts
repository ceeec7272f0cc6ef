/** Runs of every kind side by side: small pictures, upsamplers and experts train, draw their films, are kept and come back. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../src/base/errors';
import { recipeIds, type Recipe } from '../../src/training/recipe';
import type { RunSnapshot, SampleFrame, SampleRequest } from '../../src/worker/protocol';
import { encodeSafetensors } from '../../src/model/safetensors';
import { initialise } from '../../src/model/initialise';
import { createRng } from '../../src/base/rng';
import { parameterCount, flopsPerEvaluation } from '../../src/model/cost';
import { shippedModel } from '../../src/training/shippedModels';
import { harness, memoryStore, smallSite, type Harness } from './support/harness';
import { smallBase, smallReader, smallRecipe, smallRequest, smallUpsampler } from './support/small';

vi.setConfig({ testTimeout: 60_000 });

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

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : thrown),
  );

const low: Recipe = { ...smallRecipe, id: 'expert-1', timestepRange: [0, 400] };
const high: Recipe = { ...smallRecipe, id: 'expert-2', timestepRange: [400, 1000] };

async function train(engine: Harness, recipe: Recipe, steps: number): Promise<RunSnapshot> {
  await engine.client.call('run.create', { recipe, seed: 1 });
  await engine.client.call('run.setPreviewInterval', { runId: recipe.id, steps: 2 });
  return engine.client.call('run.trainTo', { runId: recipe.id, untilStep: steps });
}

async function drawn(engine: Harness, request: Partial<SampleRequest>): Promise<{ frames: SampleFrame[]; summary: unknown }> {
  const stream = engine.client.sample({ ...smallRequest, ...request });
  const frames: SampleFrame[] = [];
  for await (const frame of stream) frames.push(frame);
  return { frames, summary: await stream.summary };
}

test('there is one run of each kind from the start', async () => {
  const engine = harness();
  opened.push(engine);
  const { runs } = await engine.client.call('init', { choice: 'wasm', baseUrl: 'https://site.test/' });
  expect(runs.map(({ runId }) => runId)).toEqual(recipeIds);
  expect(runs.every(({ runId, recipe }) => recipe.id === runId)).toBe(true);
});

describe('films', () => {
  test('of small pictures are small', async () => {
    const engine = await open();
    const { film } = await train(engine, smallBase, 4);
    expect(film.map(({ step, side, count, pixels }) => [step, side, count, pixels.length])).toEqual([
      [2, 7, 10, 490],
      [4, 7, 10, 490],
    ]);
  });

  test('of an upsampler make real digits larger, always the same ones', async () => {
    const [first, second] = [await open(), await open()];
    const [{ film }, again] = [await train(first, smallUpsampler, 2), await train(second, smallUpsampler, 2)];
    expect(film.map(({ side, pixels }) => [side, pixels.length])).toEqual([[28, 7840]]);
    expect(again.film.map(({ pixels }) => pixels)).toEqual(film.map(({ pixels }) => pixels));
  });

  test('of a network that reads show all ten digits; its run draws what it is told, and sends where it looked', async () => {
    const engine = await open();
    const { film, status } = await train(engine, smallReader, 4);
    expect(status).toEqual({ kind: 'paused' });
    expect(film.map(({ side, count }) => [side, count])).toEqual([[28, 10], [28, 10]]); // prettier-ignore
    const asked: Partial<SampleRequest> = {
      source: { kind: 'run', runId: 'caption', weights: 'ema' },
      labels: [null, null],
      prompts: { captions: ['a thick seven', null] },
      attention: true,
    };
    const { frames, summary } = await drawn(engine, asked);
    expect(summary).toMatchObject({ nfe: 8, trainedSteps: 4, parameters: parameterCount(smallReader.model) });
    expect(frames.map(({ attention }) => attention?.length ?? 0)).toEqual([2, 2, 2, 2, 0]);
    expect(frames[0]?.attention?.[0]?.values).toHaveLength(2 * 2 * 14 * 14 * 8);
    expect(await codeOf(drawn(engine, { ...asked, prompts: { captions: ['seven'] } }))).toBe('shape');
  });

  test('of experts show what each makes of its own noise', async () => {
    const engine = await open();
    for (const recipe of [low, high]) {
      const { film } = await train(engine, recipe, 2);
      expect(film.map(({ side, pixels }) => [side, pixels.length])).toEqual([[28, 7840]]);
      expect(new Set(film[0]?.pixels).size).toBeGreaterThan(10);
    }
  });

  test('and all of a run come back after a reload', async () => {
    const store = memoryStore();
    const engine = await open({ store });
    const runs = [await train(engine, smallBase, 3), await train(engine, smallUpsampler, 3)];
    await engine.client.call('save', {});
    const reopened = harness({ store });
    opened.push(reopened);
    const { runs: found } = await reopened.client.call('init', { choice: 'wasm', baseUrl: 'https://site.test/' });
    for (const { runId, recipe, film, history } of runs) {
      const back = found.find((run) => run.runId === runId);
      expect(back).toMatchObject({ stepsDone: 3, recipe, film });
      expect(back?.history.map(({ loss }) => loss)).toEqual(history.map(({ loss }) => loss));
    }
  });
});

test('the judge is not asked about pictures that are not whole digits by one network', async () => {
  const engine = await open();
  for (const recipe of [smallBase, smallUpsampler, low]) {
    await engine.client.call('run.create', { recipe, seed: 1 });
    expect(await codeOf(engine.client.call('run.setJudging', { runId: recipe.id, isWanted: true }))).toBe('range');
  }
  expect(await codeOf(engine.client.call('run.setJudging', { runId: 'quick', isWanted: true }))).toBe('done');
});

describe('drawing from here', () => {
  test('a small picture is drawn by one run and made larger by another, and each says what it cost', async () => {
    const engine = await open();
    await train(engine, smallBase, 2);
    const upsampler: Recipe = { ...smallUpsampler, lowResolution: { side: 7 } };
    await train(engine, upsampler, 2);
    const base = await drawn(engine, { source: { kind: 'run', runId: 'base-7', weights: 'ema' } });
    const pixels = base.frames.at(-1)?.xt ?? new Float32Array();
    expect(pixels).toHaveLength(2 * 49);
    const cost = ({ model }: Recipe): object => ({
      flopsPerEvaluation: flopsPerEvaluation(model),
      parameters: parameterCount(model),
      imageSize: model.imageSize,
      trainedSteps: 2,
    });
    expect(base.summary).toMatchObject(cost(smallBase));
    const source = { kind: 'run', runId: 'up-28', weights: 'ema' } as const;
    const large = await drawn(engine, { source, condition: { pixels, augmentation: 1 } });
    expect(large.frames.at(-1)?.xt).toHaveLength(2 * 784);
    expect(large.summary).toMatchObject(cost(upsampler));
    expect(await codeOf(drawn(engine, { source }))).toBe('range');
  });

  test('experts of different sizes draw together, and an evaluation costs their mean', async () => {
    const engine = await open();
    const thin: Recipe = { ...low, model: { ...low.model, widths: [4] } };
    await train(engine, thin, 2);
    await train(engine, high, 3);
    const of = (runId: 'expert-1' | 'expert-2') => ({ kind: 'run', runId, weights: 'ema' }) as const;
    const experts = [
      { model: of('expert-1'), from: 0, to: 400 },
      { model: of('expert-2'), from: 400, to: 1000 },
    ];
    const { summary } = await drawn(engine, { source: { kind: 'experts', experts } });
    // 1000, 750, 500 and 250: three evaluations by the one, one by the other.
    expect(summary).toMatchObject({
      nfe: 8,
      trainedSteps: 5,
      flopsPerEvaluation: (3 * flopsPerEvaluation(high.model) + flopsPerEvaluation(thin.model)) / 4,
      parameters: parameterCount(high.model) + parameterCount(thin.model),
    });
    const gap = experts.map((expert, i) => (i === 0 ? { ...expert, to: 300 } : expert));
    expect(await codeOf(drawn(engine, { source: { kind: 'experts', experts: gap } }))).toBe('range');
  });

  test('recorded networks are fetched by name, each once, and a name that does not ship is refused', async () => {
    const site = smallSite();
    const { recipe, path } = shippedModel('base-7@100');
    const file = path.split('/').at(-1) ?? '';
    site.set(file, encodeSafetensors(initialise(recipe.model, createRng(1)), { step: '100' }, 'F16'));
    const engine = await open({ site });
    const source = { kind: 'recorded', name: 'base-7@100' } as const;
    const { frames, summary } = await drawn(engine, { source });
    expect(frames.at(-1)?.xt).toHaveLength(2 * 49);
    expect(summary).toMatchObject({ trainedSteps: 100, imageSize: 7 });
    site.delete(file);
    expect((await drawn(engine, { source })).summary).toMatchObject({ trainedSteps: 100 });
    expect(await codeOf(drawn(engine, { source: { kind: 'recorded', name: 'two-1' } }))).toBe('data/fetch');
    expect(await codeOf(drawn(engine, { source: { kind: 'recorded', name: 'none' as 'quick' } }))).toBe('range');
    site.set('two-1.safetensors', encodeSafetensors(initialise(recipe.model, createRng(1)), { step: '1' }));
    expect(await codeOf(drawn(engine, { source: { kind: 'recorded', name: 'two-1' } }))).toBe('weights/format');
  });
});
