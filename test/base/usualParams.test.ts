import { expect, it } from 'vitest';
import { checkParams } from '../../src/base/params';
import {
  digitOptions,
  drawingSteps,
  guidanceParam,
  noiseParam,
  oneOf,
  seedParam,
  trainingSteps,
} from '../../src/base/usualParams';

it('the usual settings take their own defaults', () => {
  const params = {
    noise: noiseParam(),
    recorded: noiseParam(0),
    seed: seedParam(),
    steps: drawingSteps(25),
    train: trainingSteps(500),
    w: guidanceParam(1.5, 8),
  };
  expect(() => checkParams(params, { noise: 1, recorded: 0, seed: 1, steps: 25, train: 500, w: 1.5 })).not.toThrow();
});

it('one of a list is named as it reads', () => {
  const { options, value } = oneOf('Steps', ['none', 50, 1000], 50);
  expect(options.map(({ label }) => label)).toEqual(['none', '50', '1,000']);
  expect(options.map((option) => option.value)).toEqual(['none', '50', '1000']);
  expect(value).toBe('50');
});

it('digits are ten', () => {
  expect(digitOptions().map(({ value }) => value)).toEqual([...'0123456789']);
  expect(digitOptions((digit) => `the ${digit}s`)[3]?.label).toBe('the 3s');
});
