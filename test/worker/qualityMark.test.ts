/** When the judge is asked in the middle of training, and what makes digits good enough. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { AppError } from '../../src/base/errors';
import { judgePath } from '../../src/evaluation/judgeFiles';
import { isGoodEnough } from '../../src/evaluation/metrics';
import type { Judged } from '../../src/evaluation/judgePictures';
import { recipes } from '../../src/training/recipes';
import type { QualityCheck } from '../../src/worker/protocol';
import { checkQuality, isCheckDue } from '../../src/worker/qualityMark';
import { harness, smallSite, type Harness } from './support/harness';
import { smallRecipe } from './support/small';

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

const quick = { runId: 'quick' } as const;
const good: QualityCheck = {
  step: 250,
  n: 500,
  c90: 0.9,
  accuracy: 0.9,
  midInk: 0.65,
  isGood: true,
  trainedMs: 0,
  readyMs: 0,
  judgingMs: 0,
};

test('all three must hold: sure, as asked, and not blurred', () => {
  expect(isGoodEnough(good)).toBe(true);
  expect(isGoodEnough({ ...good, c90: 0.89 })).toBe(false);
  expect(isGoodEnough({ ...good, accuracy: 0.89 })).toBe(false);
  expect(isGoodEnough({ ...good, midInk: 0.66 })).toBe(false);
});

test('the judge is asked every 50 steps from 150 on, until it has said yes, and only where it is wanted and can tell', () => {
  const run = { isJudged: true, recipe: recipes.quick, checks: [] };
  const due = Array.from({ length: 320 }, (_, i) => i + 1).filter((stepsTaken) => isCheckDue({ ...run, stepsTaken }));
  expect(due).toEqual([150, 200, 250, 300]);
  expect(isCheckDue({ ...run, stepsTaken: 200, isJudged: false })).toBe(false);
  expect(isCheckDue({ ...run, stepsTaken: 300, checks: [{ ...good, isGood: false }] })).toBe(true);
  expect(isCheckDue({ ...run, stepsTaken: 300, checks: [good] })).toBe(false);
  const untold = { ...recipes.quick, model: { ...recipes.quick.model, classes: 0 } };
  expect(isCheckDue({ ...run, stepsTaken: 300, recipe: untold })).toBe(false);
});

/** A judge that is right about every digit asked for in turn, and sure of a share of them. */
const judgeWith =
  (sureShare: number) =>
  async (pixels: Float32Array): Promise<Judged> => {
    const count = pixels.length / 784;
    const probabilities = new Float32Array(count * 10);
    for (let i = 0; i < count; i += 1) probabilities[i * 10 + (i % 10)] = i < sureShare * count ? 1 : 0.5;
    return { probabilities, features: new Float32Array(count * 64) };
  };

test('a clear no takes a hundred digits, a narrow one and a yes take five hundred', async () => {
  const [told, calls]: [string[], number[]] = [[], []];
  const tools = {
    draw: async (asked: readonly number[], call: number): Promise<Float32Array> => {
      calls.push(call);
      return new Float32Array(784 * asked.length).fill(1); // nothing but ink: not blurred at all
    },
    tellProgress: (done: number, total: number) => void told.push(`${done}/${total}`),
  };
  const no = await checkQuality({ ...tools, judge: judgeWith(0.8) });
  expect(no).toMatchObject({ n: 100, c90: 0.8, accuracy: 1, isGood: false });
  expect(told).toEqual(['0/500', '50/500']);
  const narrow = await checkQuality({ ...tools, judge: judgeWith(0.88) });
  expect(narrow).toMatchObject({ n: 500, isGood: false });
  expect(narrow.c90).toBeCloseTo(0.88);
  const grey = { ...tools, draw: async (): Promise<Float32Array> => new Float32Array(784 * 50).fill(0.5) };
  expect(await checkQuality({ ...grey, judge: judgeWith(1) })).toMatchObject({ n: 100, c90: 1, midInk: 1, isGood: false });
  const yes = await checkQuality({ ...tools, judge: judgeWith(1) });
  expect(yes).toMatchObject({ n: 500, c90: 1, accuracy: 1, isGood: true });
  expect(calls.slice(-10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]); // each with noise of its own
});

/** A run just before the judge is asked for the first time, as a file: it takes a while to get there. */
let fileAt149: Promise<Uint8Array<ArrayBuffer>> | null = null;
async function trainedTo149(): Promise<Uint8Array<ArrayBuffer>> {
  const engine = await open();
  await engine.client.call('run.setPreviewInterval', { ...quick, steps: 1000 });
  await engine.trainTo(149);
  return (await engine.client.call('weights.export', { ...quick, weights: 'all' })).bytes;
}
async function openAt149(options: Parameters<typeof harness>[0] = {}): Promise<Harness> {
  fileAt149 ??= trainedTo149();
  const bytes = (await fileAt149).slice(); // before another engine is opened: one backend serves both, and starts once
  const engine = await open(options);
  await engine.client.call('weights.import', { ...quick, bytes });
  return engine;
}

const judgeFile = new Uint8Array(readFileSync(fileURLToPath(new URL(`../../public/${judgePath}`, import.meta.url))));

test('while training, the judge is asked at step 150, and its time counts as no training', async () => {
  const site = smallSite();
  site.set('judge.safetensors', judgeFile);
  const [judged, plain] = [await openAt149({ site }), await openAt149()];
  const before = await judged.client.call('run.setJudging', { ...quick, isWanted: true });
  const startedAt = performance.now();
  const run = await judged.trainTo(151);
  const [trainedMs, wall] = [run.trainedMs - before.trainedMs, performance.now() - startedAt];
  expect(run.status).toEqual({ kind: 'paused' });
  expect(run.checks.map(({ step, n, isGood }) => [step, n, isGood])).toEqual([[150, 100, false]]);
  const [check] = run.checks;
  if (!check) throw new Error('nothing was judged');
  expect(judged.news.filter(({ type }) => type === 'run.judged')).toEqual([{ type: 'run.judged', runId: 'quick', check }]);
  expect(judged.news.some((told) => told.type === 'run.status' && told.status.kind === 'judging')).toBe(true);
  expect(check.trainedMs).toBeLessThanOrEqual(run.trainedMs);
  expect(check.readyMs).toBeGreaterThan(0);
  expect(trainedMs + check.readyMs + check.judgingMs).toBeLessThan(wall); // nothing is counted twice
  const others = await plain.trainTo(151);
  expect(others.checks).toEqual([]);
  expect(run.history.map(({ loss }) => loss)).toEqual(others.history.map(({ loss }) => loss));
});

test('a judge that cannot be fetched is told, and training goes on without', async () => {
  const engine = await openAt149();
  await engine.client.call('run.setJudging', { ...quick, isWanted: true });
  const run = await engine.trainTo(152);
  expect(run).toMatchObject({ stepsDone: 152, status: { kind: 'paused' }, isJudged: false, checks: [] });
  expect(engine.news.filter(({ type }) => type === 'notice')).toMatchObject([{ failure: { code: 'data/fetch' } }]);
});

/** Longer than a step takes, and what is read after it, on a machine with other work. */
const longWaitMs = 1500;

test('pausing does not wait for a judge that is still being fetched, nor counts that as training', async () => {
  const site = smallSite();
  let isAsked = false;
  const fetchFile: typeof fetch = async (input) => {
    const name = String(input).split('/').at(-1) ?? '';
    isAsked ||= name === 'judge.safetensors';
    return name === 'judge.safetensors' ? new Promise<never>(() => undefined) : new Response(site.get(name));
  };
  const engine = await openAt149({ fetch: fetchFile });
  const before = await engine.trainTo(199); // a run that is ready: getting ready has a clock of its own
  await engine.client.call('run.setJudging', { ...quick, isWanted: true });
  await engine.client.call('run.start', { ...quick, untilStep: 201 });
  await engine.until(() => engine.status() === 'judging');
  const judgingSince = performance.now();
  await vi.waitUntil(() => isAsked);
  await new Promise((resolve) => setTimeout(resolve, longWaitMs));
  const waited = performance.now() - judgingSince;
  const run = await engine.client.call('run.pause', quick);
  const stepped = engine.news.flatMap((told) => (told.type === 'run.steps' ? [told.trainedMs] : [])).at(-1);
  expect(run).toMatchObject({ stepsDone: 200, status: { kind: 'paused' }, isJudged: true, checks: [] });
  expect(run.trainedMs).toBeGreaterThan(before.trainedMs);
  expect(run.trainedMs - (stepped ?? NaN)).toBeLessThan(waited);
});

test('a run that is not told the digit cannot be judged by it', async () => {
  const engine = await open();
  await engine.client.call('run.create', { recipe: { ...smallRecipe, model: { ...smallRecipe.model, classes: 0 } }, seed: 1 });
  const refused = await engine.client.call('run.setJudging', { ...quick, isWanted: true }).catch((thrown: unknown) => thrown);
  expect(refused).toMatchObject({ code: 'range' });
  expect(refused).toBeInstanceOf(AppError);
});
