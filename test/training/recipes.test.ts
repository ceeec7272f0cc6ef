import { describe, expect, test } from 'vitest';
import { parameterCount } from '../../src/model/cost';
import { flopsPerStep } from '../../src/training/cost';
import { newtonSchulzSteps } from '../../src/training/muon';
import { recipes } from '../../src/training/recipes';

describe('the two recipes', () => {
  test('are known by their own names', () => {
    expect(Object.entries(recipes).map(([id, recipe]) => [id, recipe.id])).toEqual([
      ['quick', 'quick'],
      ['textbook', 'textbook'],
    ]);
  });

  test('train the same stem, widths and embedding on batches of one size, so that only the recipe differs', () => {
    const same = { norm: 'none', classes: 0 } as const;

    expect({ ...recipes.textbook.model, ...same }).toEqual({ ...recipes.quick.model, ...same });
    expect(recipes.textbook.batchSize).toBe(recipes.quick.batchSize);
    expect(parameterCount(recipes.quick.model)).toBe(256_868);
    // Without the 11 class embeddings of 128, with 224 biases more in its norms.
    expect(parameterCount(recipes.textbook.model)).toBe(256_868 - 11 * 128 + 224);
  });
});

test('a step costs 2.97 GFLOP, and Muon adds its matrix products', () => {
  const network = flopsPerStep({ ...recipes.quick, optimizer: 'adam' });
  expect(network / 1e9).toBeCloseTo(2.97, 2);
  // Four filters of [288, 32] and four of [576, 64]: the Gram matrix and the last product, 2·N·M² each, and between them per
  // step a square, from the second on a product of factors, and up to the last two for the next Gram matrix, 2·M³ each.
  const small = newtonSchulzSteps + (newtonSchulzSteps - 1) + 2 * (newtonSchulzSteps - 1);
  const muon = (n: number, m: number): number => 4 * n * m ** 2 + 2 * small * m ** 3;
  expect(flopsPerStep(recipes.quick) - network).toBe(4 * muon(288, 32) + 4 * muon(576, 64));
});
