/** Runs trained one after the other, on an engine that is made up. */
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/base/errors';
import { TrainingQueue, type QueueHost, type QueueJob } from '../../src/state/trainingQueue.svelte';
import { slotRecipes } from '../../src/training/slotRecipes';
import type { RunId, RunSnapshot } from '../../src/worker/protocol';

interface Fake {
  readonly host: QueueHost;
  /** What it was asked for, in order. */
  readonly asked: string[];
  readonly told: unknown[];
  /** Ends the training that goes on, at a step or with an error. */
  end(at?: number): Promise<void>;
  fail(thrown: unknown): Promise<void>;
  put(runId: RunId, stepsDone: number, seed?: number): void;
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

function fake({ starts = true }: { readonly starts?: boolean } = {}): Fake {
  const runs: Partial<Record<RunId, RunSnapshot>> = {};
  const [asked, told]: [string[], unknown[]] = [[], []];
  let present: { readonly end: (at?: number) => void; readonly fail: (thrown: unknown) => void } | null = null;
  const put = (runId: RunId, stepsDone: number, seed = 1): RunSnapshot => {
    const recipe = slotRecipes[runId];
    const rest = { trainedMs: 0, learningRate: 1, history: [], film: [], parameters: 1, flopsPerStep: 1, savedStep: null };
    const checked = { fingerprint: null, isJudged: false, checks: [] };
    return (runs[runId] = { runId, recipe, seed, stepsDone, status: { kind: 'paused' }, ...rest, ...checked });
  };
  return {
    asked,
    told,
    put,
    end: async (at) => {
      present?.end(at);
      await settled();
    },
    fail: async (thrown) => {
      present?.fail(thrown);
      await settled();
    },
    host: {
      runs,
      msPerStep: () => null,
      start: () => Promise.resolve(starts),
      create: (recipe, seed) => {
        asked.push(`create ${recipe.id}`);
        put(recipe.id, 0, seed);
        return Promise.resolve(true);
      },
      trainTo: (runId, untilStep, { signal }) => {
        asked.push(`train ${runId} to ${untilStep}`);
        return new Promise((resolve, reject) => {
          present = {
            end: (at = untilStep) => resolve(put(runId, at)),
            fail: (thrown) => reject(thrown as Error),
          };
          signal.addEventListener('abort', () => reject(new AppError('request/cancelled', 'Cancelled.')));
        });
      },
      tell: (thrown) => told.push(thrown),
    },
  };
}

const job = (runId: RunId, untilStep: number): QueueJob => ({
  runId,
  recipe: slotRecipes[runId],
  seed: 1,
  untilStep,
  label: runId,
});
const jobs = [job('base-7', 10), job('up-14', 20), job('up-28', 5)];

describe('a queue', () => {
  test('trains one run after the other, each afresh, and says when all are done', async () => {
    const engine = fake();
    const queue = new TrainingQueue(engine.host);
    expect([queue.status, queue.current, queue.secondsLeft]).toEqual(['idle', null, null]);
    const done = queue.begin(jobs);
    await settled();
    expect([queue.status, queue.current?.runId]).toEqual(['running', 'base-7']);
    await engine.end();
    expect(queue.current?.runId).toBe('up-14');
    await engine.end();
    await engine.end();
    expect(await done).toBe(true);
    expect([queue.status, queue.current]).toEqual(['done', null]);
    expect(queue.jobs.map((each) => queue.progressOf(each).done)).toEqual([10, 20, 5]);
    expect(engine.asked).toEqual(
      ['base-7 to 10', 'up-14 to 20', 'up-28 to 5'].flatMap((what) => [`create ${what.split(' ')[0]}`, `train ${what}`]),
    );
  });

  test('goes on with a run that is there already, skips one that is finished, and replaces another’s', async () => {
    const engine = fake();
    engine.put('base-7', 10);
    engine.put('up-14', 3);
    engine.put('up-28', 3, 2);
    const done = new TrainingQueue(engine.host).begin(jobs);
    await settled();
    await engine.end();
    await engine.end();
    expect(await done).toBe(true);
    expect(engine.asked).toEqual(['train up-14 to 20', 'create up-28', 'train up-28 to 5']);
  });

  test('pauses in the middle of a run, and goes on there', async () => {
    const engine = fake();
    const queue = new TrainingQueue(engine.host);
    const first = queue.begin(jobs);
    await settled();
    engine.put('base-7', 4);
    await queue.pause();
    expect(await first).toBe(false);
    expect([queue.status, queue.current?.runId, queue.failure, engine.told]).toEqual(['paused', 'base-7', null, []]);
    const second = queue.resume();
    await settled();
    for (let i = 0; i < jobs.length; i += 1) await engine.end();
    expect(await second).toBe(true);
    expect(engine.asked.filter((what) => what.includes('base-7'))).toEqual([
      'create base-7',
      'train base-7 to 10',
      'train base-7 to 10',
    ]);
    expect(await queue.resume()).toBe(false); // nothing is paused
  });

  test('pauses where the reader stops the run or trains another', async () => {
    const engine = fake();
    const queue = new TrainingQueue(engine.host);
    const done = queue.begin(jobs);
    await settled();
    await engine.end(7);
    expect(await done).toBe(false);
    expect([queue.status, queue.current?.runId]).toEqual(['paused', 'base-7']);
  });

  test('stops at a failure, says so, and can go on', async () => {
    const engine = fake();
    const queue = new TrainingQueue(engine.host);
    const done = queue.begin(jobs);
    await settled();
    const thrown = new AppError('train/diverged', 'It went wrong.');
    await engine.fail(thrown);
    expect(await done).toBe(false);
    expect([queue.status, queue.failure?.code, engine.told]).toEqual(['paused', 'train/diverged', [thrown]]);
    const again = queue.resume();
    await settled();
    expect([queue.status, queue.failure]).toEqual(['running', null]);
    await queue.pause();
    expect(await again).toBe(false);
  });

  test('that is cancelled forgets its jobs; the runs stay', async () => {
    const engine = fake();
    const queue = new TrainingQueue(engine.host);
    const done = queue.begin(jobs);
    await settled();
    await queue.cancel();
    expect(await done).toBe(false);
    expect([queue.status, queue.jobs, queue.current]).toEqual(['idle', [], null]);
    expect(engine.host.runs['base-7']).toBeDefined();
    expect(await queue.resume()).toBe(false);
  });

  test('that is begun anew does only the new, however quickly that comes', async () => {
    const engine = fake();
    const queue = new TrainingQueue(engine.host);
    const [first, second] = [queue.begin(jobs), queue.begin([job('up-28', 5)])];
    await settled();
    expect(await first).toBe(false);
    await engine.end();
    expect(await second).toBe(true);
    expect(queue.jobs).toHaveLength(1);
  });

  test('waits without an engine', async () => {
    const queue = new TrainingQueue(fake({ starts: false }).host);
    expect(await queue.begin(jobs)).toBe(false);
    expect(queue.status).toBe('paused');
  });
});
