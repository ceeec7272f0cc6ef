import { describe, expect, it } from 'vitest';
import { settingsWords } from '../../lessons/reverse-process/films';
import { requestSource, sourceInUse, sourceWords, takesDigit, trainedRuns } from '../../lessons/reverse-process/sources';
import { slotRecipes } from '../../src/training/slotRecipes';
import type { Runs } from '../../src/state/runs';
import type { RunId, RunSnapshot } from '../../src/worker/protocol';

function run(runId: RunId, stepsDone: number): RunSnapshot {
  return {
    runId,
    recipe: slotRecipes[runId],
    seed: 1,
    stepsDone,
    trainedMs: 0,
    learningRate: 0,
    status: { kind: 'idle' },
    history: [],
    film: [],
    parameters: 0,
    flopsPerStep: 0,
    savedStep: null,
    fingerprint: null,
    isJudged: false,
    checks: [],
  };
}
const fresh: Runs = { quick: run('quick', 0), textbook: run('textbook', 0) };
const trained: Runs = { quick: run('quick', 300), textbook: run('textbook', 40) };

describe('whose network draws', () => {
  it('is the recorded one until the reader’s has learned something', () => {
    expect(sourceInUse(null, {})).toBe('recorded');
    expect(sourceInUse(null, fresh)).toBe('recorded');
    expect(sourceInUse(null, trained)).toBe('quick');
    expect(sourceInUse(null, { ...fresh, textbook: run('textbook', 1) })).toBe('textbook');
  });

  it('is the chosen one, unless it has been reset since', () => {
    expect(sourceInUse('recorded', trained)).toBe('recorded');
    expect(sourceInUse('textbook', trained)).toBe('textbook');
    expect(sourceInUse('textbook', { ...trained, textbook: run('textbook', 0) })).toBe('quick');
  });

  it('lists both of the reader’s runs once trained', () => {
    expect(trainedRuns(trained)).toEqual(['quick', 'textbook']);
    expect(trainedRuns(fresh)).toEqual([]);
  });

  it('is asked for its averaged weights', () => {
    expect(requestSource('quick')).toEqual({ kind: 'run', runId: 'quick', weights: 'ema' });
    expect(requestSource('recorded')).toEqual({ kind: 'recorded' });
  });

  it('takes a digit only where classes were learned', () => {
    expect(takesDigit('recorded', {})).toBe(true);
    expect(takesDigit('quick', trained)).toBe(true);
    expect(takesDigit('textbook', trained)).toBe(false);
  });

  it('says how long it has learned', () => {
    expect(sourceWords('quick', 1)).toBe('your quick network, after 1 step');
    expect(sourceWords('recorded', 1000)).toBe('the recorded network, after 1,000 steps');
    expect(sourceWords('recorded', null)).toBe('the recorded network');
  });
});

it('says how a film was drawn, from what the sampler declares of itself', () => {
  const common = { steps: 50, spacing: 'trailing', guidanceScale: 1.5, clip: true, seed: 7 } as const;
  expect(settingsWords({ ...common, sampler: 'ddim', samplerParams: { eta: 0.5 }, labels: [3] })).toBe(
    'DDIM · η = 0.5 · 50 steps · told 3, guidance 1.5 · noise no. 7',
  );
  expect(settingsWords({ ...common, sampler: 'ddpm', samplerParams: {}, steps: 1, labels: [null] })).toBe(
    'DDPM · variance β̃, small · 1 step · told no digit · noise no. 7',
  );
});
