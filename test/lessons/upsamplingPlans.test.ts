import { describe, expect, test } from 'vitest';
import { defaults } from '../../src/base/params';
import { readParams, writeParams } from '../../src/base/paramsAddress';
import { shrink } from '../../src/data/resize';
import { cascadeSteps } from '../../src/training/cascadeRecipes';
import { flopsPerStep } from '../../src/training/cost';
import { recipes } from '../../src/training/recipes';
import type { RunSnapshot } from '../../src/worker/protocol';
import { chainPlan, knowsLevels, networksOf } from '../../lessons/upsampling/chainPlan';
import { firstNetworks, recipeOf, shippedNameOf } from '../../lessons/upsampling/chainStages';
import { labelsOf, lanePlan } from '../../lessons/upsampling/lanePlan';
import {
  augmentationParams,
  chainParams,
  fullSteps,
  laneParams,
  shortSteps,
  smallParams,
  trainParams,
} from '../../lessons/upsampling/liveParams';
import { penStroke, withCell } from '../../lessons/upsampling/pixelPen';
import { realLabels, smallDigits } from '../../lessons/upsampling/realDigits';
import { chainJobs, totalFlops } from '../../lessons/upsampling/trainChain';
import { upsamplersFrom } from '../../lessons/upsampling/upsample';

const chain = defaults(chainParams);

/** A run that has learnt for so many steps. */
function run(runId: RunSnapshot['runId'], stepsDone: number): RunSnapshot {
  return {
    runId,
    recipe: recipeOf('base-7', firstNetworks, {}),
    seed: 1,
    stepsDone,
    trainedMs: 0,
    learningRate: 1,
    status: { kind: 'idle' },
    history: [],
    film: [],
    parameters: 1000,
    flopsPerStep: 2e9,
    savedStep: null,
    fingerprint: null,
    isJudged: false,
    checks: [],
  };
}
const own = { 'base-7': run('base-7', 10), 'up-14': run('up-14', 20), 'up-28': run('up-28', 30) };

describe('the plan of a chain', () => {
  test('is by default the recorded chain: 25, 8 and 4 looks, the first two guided', () => {
    const { ask, stages } = chainPlan(chain, {});
    expect(stages.map(({ name, side, nfe }) => [name, side, nfe])).toEqual([
      ['base-7@1500', 7, 50],
      ['up-14-plain', 14, 16],
      ['up-28-plain', 28, 4],
    ]);
    expect(ask.stages.map(({ source }) => source)).toEqual(stages.map(({ name }) => ({ kind: 'recorded', name })));
    expect(ask.labels).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // recipe.md, section 15: 12.37, 8.70 and 15.85 MFLOP an evaluation
    const each = stages.map(({ flops, nfe }) => flops / nfe / 1e6);
    [12.37, 8.7, 15.85].forEach((mflop, i) => expect(each[i]).toBeCloseTo(mflop, 0));
  });

  test('lays the noise over what the upsamplers are given, and guides nobody at 1', () => {
    const { ask, stages } = chainPlan(
      { ...chain, level: 3, w7: 1, w14: 1, digits: '4', upsamplers: 'augmented', base: '100' },
      {},
    );
    expect(ask.stages.map(({ augmentation }) => augmentation)).toEqual([0, 3, 3]);
    expect(stages.map(({ name, nfe }) => [name, nfe])).toEqual([
      ['base-7@100', 25],
      ['up-14-augmented', 8],
      ['up-28-augmented', 4],
    ]);
    expect(new Set(ask.labels)).toEqual(new Set([4]));
  });

  test('is of the reader’s own networks only once there are all three', () => {
    const values = { ...chain, network: 'own' } as const;
    expect(networksOf(values, { 'base-7': own['base-7'] }).own).toBe(false);
    const { ask, stages } = chainPlan(values, own);
    expect(stages.map(({ name }) => name)).toEqual(['base-7', 'up-14', 'up-28']);
    expect(ask.stages[1]?.source).toEqual({ kind: 'run', runId: 'up-14', weights: 'ema' });
  });

  test('knows whether upsamplers can be told of noise', () => {
    expect(knowsLevels(firstNetworks, {})).toBe(false);
    expect(knowsLevels({ ...firstNetworks, upsamplers: 'augmented' }, {})).toBe(true);
    expect(shippedNameOf('up-28', { ...firstNetworks, upsamplers: 'augmented' })).toBe('up-28-augmented');
  });
});

describe('the plan of a lane', () => {
  const values = defaults(laneParams);

  test('asks all three for the same digits with noise from the same number', () => {
    const plans = (['ddpm', 'ddim', 'cascade'] as const).map((lane) => lanePlan(lane, { ...values, digit: '7', noise: 3 }, {}));
    expect(plans.map(({ ask }) => [ask.labels, ask.seed])).toEqual(Array.from({ length: 3 }, () => [[7], 3]));
    expect(plans.map(({ ask }) => ask.stages[0]?.sampler)).toEqual(['ddpm', 'ddim', 'ddim']);
    expect(plans.map(({ stages }) => stages.length)).toEqual([1, 1, 3]);
    expect(labelsOf('all')).toHaveLength(10);
  });

  test('takes the reader’s quick network if it has learnt anything', () => {
    const runs = { quick: run('quick', 100) };
    expect(lanePlan('ddim', { ...values, single: 'own' }, runs)).toMatchObject({
      ask: { stages: [{ source: { kind: 'run', runId: 'quick' } }] },
    });
    expect(lanePlan('ddim', { ...values, single: 'own' }, { quick: run('quick', 0) }).ask.stages[0]?.source).toEqual({
      kind: 'recorded',
    });
    expect(lanePlan('cascade', { ...values, chain: 'own' }, own).stages.map(({ name }) => name)).toEqual([
      'base-7',
      'up-14',
      'up-28',
    ]);
  });
});

describe('training a chain', () => {
  const values = defaults(trainParams);

  test('is the base first, then both upsamplers of the kind that is chosen', () => {
    const jobs = chainJobs({ ...values, ...fullSteps, upsamplers: 'augmented', seed: 4 });
    expect(jobs.map(({ runId, untilStep, seed }) => [runId, untilStep, seed])).toEqual([
      ['base-7', cascadeSteps.base, 4],
      ['up-14', cascadeSteps.up14, 4],
      ['up-28', cascadeSteps.up28, 4],
    ]);
    expect(jobs.map(({ recipe }) => recipe.model.augmentationLevels)).toEqual([0, 6, 6]);
  });

  test('costs in full about what a thousand steps of the quick network cost, in short a third', () => {
    const thousand = 1000 * flopsPerStep(recipes.quick);
    expect(totalFlops(chainJobs({ ...values, ...fullSteps })) / thousand).toBeCloseTo(1, 0);
    const third = totalFlops(chainJobs({ ...values, ...shortSteps })) / totalFlops(chainJobs({ ...values, ...fullSteps }));
    expect(third).toBeGreaterThan(0.25);
    expect(third).toBeLessThan(0.42);
  });
});

test('every figure’s settings survive an address', () => {
  for (const params of [laneParams, chainParams, augmentationParams, smallParams, trainParams]) {
    const values = Object.fromEntries(
      Object.entries(params).map(([name, param]) => [
        name,
        param.kind === 'number' ? param.max : (param.options.at(-1)?.value ?? param.value),
      ]),
    );
    const address = new URLSearchParams();
    writeParams('figure', params, values as never, address); // one of five shapes, all of them made here
    expect(readParams('figure', params, address)).toEqual(values);
  }
});

test('real digits made small are the means of what they were', () => {
  const [small, large] = [smallDigits(7), smallDigits(28)];
  expect(small).toHaveLength(10 * 49);
  const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(small)).toBeCloseTo(mean(large), 5);
  expect(realLabels).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('a picture takes the upsamplers from its own size on', () => {
  expect(upsamplersFrom(7)).toEqual(['up-14', 'up-28']);
  expect(upsamplersFrom(14)).toEqual(['up-28']);
});

test('a pen on keys inks one small pixel and moves within the picture', () => {
  const paper = new Float32Array(28 * 28).fill(-1);
  const inked = withCell(paper, 7, 8, 1);
  expect(shrink(inked, 28, 7)).toEqual(new Float32Array(49).fill(-1).with(8, 1));
  expect(withCell(inked, 7, 8, -1)).toEqual(paper);
  expect(penStroke('ArrowDown', 8, 7)).toEqual({ kind: 'move', cell: 15 });
  expect(penStroke('ArrowLeft', 7, 7)).toEqual({ kind: 'move', cell: 7 });
  expect(penStroke(' ', 8, 7)).toEqual({ kind: 'ink', value: 1 });
  expect(penStroke('Delete', 8, 7)).toEqual({ kind: 'ink', value: -1 });
  expect(penStroke('Tab', 8, 7)).toBeNull();
});
