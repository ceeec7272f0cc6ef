/** Recipes small enough for a test: the quick and the textbook one on 8×8 pictures. */
import { createRng } from '../../src/base/rng';
import type { Batch } from '../../src/training/noising';
import type { Recipe } from '../../src/training/recipe';
import { recipes, type PresetId } from '../../src/training/recipes';

export function tinyRecipe(id: PresetId, change: Partial<Recipe> = {}): Recipe {
  const recipe = recipes[id];
  const model = { ...recipe.model, imageSize: 8, widths: [8, 16], timeFeatures: 8, embedding: 16 };
  return { ...recipe, model, batchSize: 4, warmupSteps: 5, ...change };
}

/** Bright bars, one per class, on a dark ground: something to learn. A batch for each step from 1. */
export function barBatches(recipe: Recipe, seed = 1): (step: number) => Batch {
  const { imageSize } = recipe.model;
  return (step) => {
    const rng = createRng(seed, 'bars', step);
    const labels = Int32Array.from({ length: recipe.batchSize }, () => rng.int(imageSize));
    const x0 = new Float32Array(recipe.batchSize * imageSize * imageSize).fill(-1);
    labels.forEach((label, picture) => {
      for (let row = 0; row < imageSize; row += 1) x0[(picture * imageSize + row) * imageSize + label] = 1;
    });
    return { x0, labels };
  };
}
