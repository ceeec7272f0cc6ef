import { expect, test } from 'vitest';
import { lanePlans, settings, stageWalk, trainingOf, walkOf } from '../../scripts/pretrain/measured/cascadeWalks';
import { flopsPerEvaluation } from '../../src/model/cost';
import { shippedModel } from '../../src/training/shippedModels';

const work = (name: string): number => flopsPerEvaluation(shippedModel(name).recipe.model);

test('the chain costs the sum of its stages, of which only those told the class are guided', () => {
  const chain = lanePlans().find(({ lane }) => lane === 'cascade');
  expect(chain?.cost).toEqual({
    nfe: 2 * settings.base.steps + 2 * settings.up14.steps + settings.up28.steps,
    flops: 2 * 25 * work('base-7@1500') + 2 * 8 * work('up-14-plain') + 4 * work('up-28-plain'),
  });
});

test('walks at the chain’s FLOPs take as many steps as it pays for, and not one more', () => {
  const plans = lanePlans();
  const chain = plans.find(({ lane }) => lane === 'cascade')?.cost.flops ?? NaN;
  const equal = plans.filter(({ label }) => label.includes('FLOPs'));
  expect(equal.map(({ lane }) => lane)).toEqual(['ddim', 'ddpm']);
  for (const { cost } of equal) {
    expect(cost.flops).toBeLessThanOrEqual(chain);
    expect(cost.flops + 2 * work('quick')).toBeGreaterThan(chain);
  }
});

test('a network that knows no class is not guided, nor one with guidance 1', () => {
  expect(stageWalk('up-28-plain', walkOf('ddim', 4), 1.25).isGuided).toBe(false);
  expect(stageWalk('up-14-plain', walkOf('ddim', 8), 1.25).isGuided).toBe(true);
  expect(stageWalk('up-14-plain', walkOf('ddim', 8), 1).isGuided).toBe(false);
});

test('a lane’s weights are those of all its networks', () => {
  const [chain, alone] = lanePlans().map(trainingOf);
  expect(chain?.parameters).toBe(172_689 + 123_012 + 65_412);
  expect(alone?.parameters).toBe(256_868);
});
