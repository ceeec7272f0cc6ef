import { describe, expect, test } from 'vitest';
import { augmentationLevels } from '../../src/diffusion/augmentation';
import { flopsPerEvaluation, parameterCount } from '../../src/model/cost';
import { initialise } from '../../src/model/initialise';
import { createRng } from '../../src/base/rng';
import { augmentations, baseCheckpoints, baseRecipe, cascadeSteps, upRecipe } from '../../src/training/cascadeRecipes';
import { flopsPerStep } from '../../src/training/cost';
import { singleSteps } from '../../src/training/expertRecipes';
import { recipes } from '../../src/training/recipes';

const { quick } = recipes;
const upsamplers = augmentations.flatMap((augmentation) => [upRecipe(14, augmentation), upRecipe(28, augmentation)]);

test('sides fit one another: each upsampler looks at pictures of the size that the stage before it draws', () => {
  expect(baseRecipe.lowResolution).toBeNull();
  for (const augmentation of augmentations) {
    const chain = [baseRecipe, upRecipe(14, augmentation), upRecipe(28, augmentation)];
    expect(chain.map(({ model }) => model.imageSize)).toEqual([7, 14, 28]);
    expect(chain.map(({ lowResolution }) => lowResolution?.side)).toEqual([undefined, 7, 14]);
    expect(chain.map(({ model }) => model.conditionChannels)).toEqual([0, 1, 1]);
  }
});

test('augmentation alone is what an augmented upsampler is told beside a plain one', () => {
  for (const side of [14, 28] as const) {
    const [plain, augmented] = [upRecipe(side, 'plain'), upRecipe(side, 'augmented')];
    expect([plain.model.augmentationLevels, augmented.model.augmentationLevels]).toEqual([0, augmentationLevels]);
    expect({ ...augmented, model: { ...augmented.model, augmentationLevels: 0 } }).toEqual(plain);
    // One vector of the condition's width for each level.
    const { embedding } = plain.model;
    expect(parameterCount(augmented.model) - parameterCount(plain.model)).toBe(augmentationLevels * embedding);
    expect(flopsPerEvaluation(augmented.model)).toBe(flopsPerEvaluation(plain.model));
  }
});

describe('what the networks weigh and cost', () => {
  test('parameters, counted by hand', () => {
    /** Norm's gain, two 3×3 convolutions with biases, FiLM's two layers from the condition of 128. */
    const block = (c: number): number => c + 2 * (9 * c * c + c) + 2 * (128 * c + c);
    const time = 64 * 128 + 128;
    const label = 11 * 128;
    const conv = (from: number, to: number): number => 9 * from * to + to;
    expect(parameterCount(baseRecipe.model)).toBe(time + label + conv(1, 48) + 3 * block(48) + 48 + conv(48, 1));
    // Two pictures beside one another, folded: eight channels; four come out.
    expect(parameterCount(upRecipe(14, 'plain').model)).toBe(time + label + conv(8, 48) + 2 * block(48) + 48 + conv(48, 4));
    expect(parameterCount(upRecipe(28, 'plain').model)).toBe(time + conv(8, 32) + 2 * block(32) + 32 + conv(32, 4));
  });

  test('the base costs two fifths of the quick network an evaluation, the whole cascade its 1,000 steps and 7% more', () => {
    expect(flopsPerEvaluation(baseRecipe.model) / flopsPerEvaluation(quick.model)).toBeCloseTo(0.4, 3);
    const total =
      cascadeSteps.base * flopsPerStep(baseRecipe) +
      cascadeSteps.up14 * flopsPerStep(upRecipe(14, 'plain')) +
      cascadeSteps.up28 * flopsPerStep(upRecipe(28, 'plain'));
    expect(total / (singleSteps * flopsPerStep(quick))).toBeCloseTo(1.07, 2);
  });

  test('all can be built, and start', () => {
    for (const { model } of [baseRecipe, ...upsamplers]) {
      const weights = initialise(model, createRng(1));
      const isNoised = model.augmentationLevels > 0;
      expect(weights['augmentation.weight']?.shape).toEqual(isNoised ? [augmentationLevels, model.embedding] : undefined);
    }
  });
});

test('the base is kept along the way and at its end', () => {
  expect([...baseCheckpoints].sort((a, b) => a - b)).toEqual([...baseCheckpoints]);
  expect(baseCheckpoints.at(-1)).toBe(cascadeSteps.base);
});
