import { expect, test } from 'vitest';
import { recipes } from '../../src/training/recipes';
import type { News, RunSnapshot, RunStatus, StepReport } from '../../src/worker/protocol';
import { isActive, sentenceOf } from '../../src/state/liveSentence';
import { nextPace } from '../../src/state/pace';
import { withNews, withRun } from '../../src/state/runs';

const report = (step: number, loss = 0.5): StepReport => ({
  step,
  loss,
  x0Mse: 0,
  epsMse: 0,
  t: [],
  x0Errors: [],
  epsErrors: [],
  gradNorm: 1,
  learningRate: 0.004,
  ms: 10,
});
const run: RunSnapshot = {
  runId: 'quick',
  recipe: recipes.quick,
  seed: 0,
  stepsDone: 2,
  trainedMs: 20,
  learningRate: 0.004,
  status: { kind: 'training' },
  history: [report(1), report(2)],
  film: [],
  parameters: 1,
  flopsPerStep: 1,
  savedStep: null,
  fingerprint: null,
  isJudged: false,
  checks: [],
};
const runs = withRun({}, run);
const after = (news: News): RunSnapshot | undefined => withNews(runs, news).quick;

test('new steps are added; those that are known already are not added twice', () => {
  const told = after({ type: 'run.steps', runId: 'quick', steps: [report(2), report(3)], trainedMs: 30 });
  expect(told?.history.map(({ step }) => step)).toEqual([1, 2, 3]);
  expect(told).toMatchObject({ stepsDone: 3, trainedMs: 30 });
});

test('what was there is replaced and never changed', () => {
  const before = structuredClone(run);
  after({ type: 'run.steps', runId: 'quick', steps: [report(3)], trainedMs: 30 });
  after({ type: 'run.preview', runId: 'quick', frame: { step: 2, seconds: 1, count: 0, side: 28, pixels: new Uint8Array() } });
  expect(run).toEqual(before);
});

test('a status, a frame, a save and a replaced run each change what they are about', () => {
  const frame = { step: 2, seconds: 1, count: 0, side: 28, pixels: new Uint8Array() };
  const paused = { kind: 'paused' } as const;
  expect(after({ type: 'run.status', runId: 'quick', status: paused, stepsDone: 2, trainedMs: 25 })).toEqual({
    ...run,
    status: paused,
    trainedMs: 25,
  });
  expect(after({ type: 'run.preview', runId: 'quick', frame })?.film).toEqual([frame]);
  expect(after({ type: 'run.saved', runId: 'quick', step: 2 })?.savedStep).toBe(2);
  const fresh = { ...run, stepsDone: 0, history: [] };
  expect(after({ type: 'run.replaced', run: fresh })).toEqual(fresh);
});

test('a frame that is drawn again after going back replaces those that are no longer true', () => {
  const frame = (step: number) => ({ step, seconds: step, count: 0, side: 28, pixels: new Uint8Array() });
  const later = withRun({}, { ...run, film: [frame(20), frame(40)] });
  expect(withNews(later, { type: 'run.preview', runId: 'quick', frame: frame(30) }).quick?.film.map(({ step }) => step)).toEqual([
    20, 30,
  ]);
});

test('news of a run that is not known, and news of no run, change nothing', () => {
  expect(withNews(runs, { type: 'run.saved', runId: 'textbook', step: 1 })).toBe(runs);
  expect(withNews(runs, { type: 'notice', failure: { code: 'range', message: '' } })).toBe(runs);
});

test('the pace is a running mean over steps, whatever the pauses between', () => {
  const first = nextPace(undefined, { stepsDone: 10, trainedMs: 1000 });
  expect(first.msPerStep).toBeNull();
  const second = nextPace(first, { stepsDone: 12, trainedMs: 1200 });
  expect(second.msPerStep).toBe(100);
  expect(nextPace(second, { stepsDone: 12, trainedMs: 1200 })).toBe(second);
  const faster = nextPace(second, { stepsDone: 212, trainedMs: 3200 }); // 200 steps of 10 ms
  expect(faster.msPerStep).toBeCloseTo(10, 1);
  expect(nextPace(faster, { stepsDone: 0, trainedMs: 0 }).msPerStep).toBeNull();
});

const sentences: readonly (readonly [RunStatus, string])[] = [
  [{ kind: 'idle' }, 'Trained for 2 steps.'],
  [{ kind: 'preparing', what: 'making the network', done: 1, total: 4 }, 'Getting ready: making the network (1 of 4).'],
  [{ kind: 'training' }, 'Training: step 2, loss 0.50, 4.0 steps a second.'],
  [{ kind: 'waiting', what: 'the digits are late' }, 'Waiting at step 2: the digits are late.'],
  [{ kind: 'paused' }, 'Paused at step 2, loss 0.50.'],
  [{ kind: 'failed', failure: { code: 'train/diverged', message: 'It diverged.' } }, 'Training stopped at step 2: It diverged.'],
];

test.each(sentences)('%o in a sentence', (status, sentence) => {
  expect(sentenceOf({ ...run, status }, 250)).toBe(sentence);
});

test('a slow run is told in seconds a step', () => {
  expect(sentenceOf(run, 6400)).toBe('Training: step 2, loss 0.50, 6.4 seconds a step.');
});

test('only training, getting ready and waiting count as active', () => {
  expect(sentences.filter(([status]) => isActive(status)).map(([{ kind }]) => kind)).toEqual([
    'preparing',
    'training',
    'waiting',
  ]);
});
