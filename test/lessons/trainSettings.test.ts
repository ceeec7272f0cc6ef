import { describe, expect, it } from 'vitest';
import { moreParams, recipeParams, runParams } from '../../lessons/train/settingParams';
import { problemsOf, recipeFrom, typedFrom } from '../../lessons/train/settings';
import { recipes } from '../../src/training/recipes';

const recipeForm = { ...recipeParams, ...moreParams };

describe('the settings of a run', () => {
  it.each(['quick', 'textbook'] as const)('show %s as it is, and give it back unchanged', (id) => {
    const recipe = recipes[id];
    const back = recipeFrom(recipe, typedFrom(recipe));
    // The rate of an optimiser that is not used says nothing.
    expect(back).toEqual(recipe.optimizer === 'muon' ? recipe : { ...recipe, muonLearningRate: 0.02 });
    expect(problemsOf(recipeForm, typedFrom(recipe))).toEqual({});
  });

  it('switch each of the five lines off', () => {
    const typed = typedFrom(recipes.quick);
    const changed = (name: string, value: string): unknown => recipeFrom(recipes.quick, { ...typed, [name]: value });
    expect(changed('predictionType', 'epsilon')).toMatchObject({ predictionType: 'epsilon', optimizer: 'muon' });
    expect(changed('optimizer', 'adam')).toMatchObject({ optimizer: 'adam', predictionType: 'x0' });
    expect(changed('norm', 'none')).toMatchObject({ model: { norm: 'none', widths: recipes.quick.model.widths } });
    expect(changed('timestepExponent', '1')).toMatchObject({ timestepExponent: 1 });
    expect(changed('weighting', 'plain')).toMatchObject({ snrWeightCap: null });
  });

  it('hide labels only from a network that is told them', () => {
    const untold = recipeFrom(recipes.quick, { ...typedFrom(recipes.quick), told: 'no' });
    expect([untold.model.classes, untold.labelDropout]).toEqual([0, 0]);
    const told = recipeFrom(recipes.textbook, { ...typedFrom(recipes.textbook), told: 'yes' });
    expect([told.model.classes, told.labelDropout]).toEqual([10, 0.1]);
  });

  it('know three averages of the weights', () => {
    const ema = (average: string): unknown => recipeFrom(recipes.quick, { ...typedFrom(recipes.quick), average }).ema;
    expect(ema('power')).toEqual({ kind: 'power', exponent: 8 });
    expect(ema('warm')).toEqual({ kind: 'constant', decay: 0.9999, warmup: true });
    expect(ema('cold')).toEqual({ kind: 'constant', decay: 0.9999, warmup: false });
  });
});

describe('absurd values', () => {
  const typed = { steps: '500', seed: '7', interval: '0' };

  it.each([
    ['steps', '-3', 'Steps must lie between 1 and 20000; it was -3.'],
    ['steps', '2.5', 'Steps must be a whole number; it was 2.5.'],
    ['steps', '1e99', 'Steps must lie between 1 and 20000; it was 1e+99.'],
    ['seed', 'seven', 'Seed must be a number between 0 and 999999; “seven” is none.'],
    ['seed', '', 'Seed must be a number between 0 and 999999; “” is none.'],
    ['interval', 'Infinity', 'Draw every … steps must lie between 0 and 1000; it was Infinity.'],
  ])('%s %s: %s', (name, value, sentence) => {
    expect(problemsOf(runParams, { ...typed, [name]: value })).toEqual({ [name]: sentence });
  });

  it('are refused with one sentence each', () => {
    const form = { ...typedFrom(recipes.quick), batchSize: '0', learningRate: '9', norm: 'batch' };
    expect(Object.keys(problemsOf(recipeForm, form)).sort()).toEqual(['batchSize', 'learningRate', 'norm']);
    expect(() => recipeFrom(recipes.quick, form)).toThrow('must');
  });

  it('are not made of a decimal comma', () => {
    expect(recipeFrom(recipes.quick, { ...typedFrom(recipes.quick), learningRate: '0,002' }).learningRate).toBe(0.002);
  });
});
