import { describe, expect, test } from 'vitest';
import { intervalsOf } from '../../src/diffusion/experts';
import { makeSchedule } from '../../src/diffusion/schedule';
import { parameterCount } from '../../src/model/cost';
import { flopsPerStep } from '../../src/training/cost';
import { expertSetups, expertsOf, singleSteps } from '../../src/training/expertRecipes';
import { recipes } from '../../src/training/recipes';
import { drawTimesteps } from '../../src/training/timesteps';
import { createRng } from '../../src/base/rng';

const { quick } = recipes;
const schedule = makeSchedule(quick.schedule);

describe.each(expertSetups)('%s', (setup) => {
  const experts = expertsOf(setup);

  test('cost together what the one network costs, to a step', () => {
    for (const steps of [singleSteps, 250, 137]) {
      const all = expertsOf(setup, steps);
      const together = all.reduce((sum, { recipe, steps: own }) => sum + own * flopsPerStep(recipe), 0);
      const apart = Math.abs(together - steps * flopsPerStep(quick));
      expect(apart).toBeLessThanOrEqual(Math.max(...all.map(({ recipe }) => flopsPerStep(recipe))));
    }
  });

  test('share out all timesteps, each training on its own, the cleanest in the first slot', () => {
    const spacing = setup === 'three-logsnr' ? 'logSnr' : 't';
    expect(experts.map(({ interval }) => interval)).toEqual(intervalsOf(experts.length, spacing, schedule));
    expect(experts.map(({ recipe }) => recipe.timestepRange)).toEqual(
      experts.map(({ interval }) => [interval.from, interval.to]),
    );
    expect(experts.map(({ recipe }) => recipe.id)).toEqual(
      ['expert-1', 'expert-2', 'expert-3', 'expert-4'].slice(0, experts.length),
    );
  });

  test('are the quick recipe but for that and their widths', () => {
    for (const { recipe } of experts) {
      const { id, timestepRange } = quick;
      expect({ ...recipe, id, timestepRange, model: { ...recipe.model, widths: quick.model.widths } }).toEqual(quick);
    }
  });

  test('train as many steps as the one network spends draws on their interval', () => {
    const draws = drawTimesteps({ ...quick, batchSize: 100_000 }, schedule, createRng(1));
    const total = experts.reduce((sum, { steps }) => sum + steps, 0);
    for (const { interval, steps } of experts) {
      const share = draws.filter((t) => t > interval.from && t <= interval.to).length / draws.length;
      expect(Math.abs(steps - share * total)).toBeLessThan(1.5);
    }
  });
});

test('as many as their names say', () => {
  expect(expertSetups.map((setup) => expertsOf(setup).length)).toEqual([2, 3, 3, 4, 2]);
});

test('two of the small networks weigh what one of the usual does, to 1%', () => {
  const usual = parameterCount(quick.model);
  expect(expertsOf('two-small').map(({ recipe }) => Math.abs((2 * parameterCount(recipe.model)) / usual - 1) < 0.01)).toEqual([true, true]); // prettier-ignore
  for (const setup of ['two', 'three', 'three-logsnr', 'four'] as const)
    for (const { recipe } of expertsOf(setup)) expect(parameterCount(recipe.model)).toBe(usual);
});
