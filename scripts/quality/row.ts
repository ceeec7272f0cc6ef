/** One line of a quality table, as `npm run quality -- --json FILE` writes it. */
import type { Quality } from '../../src/evaluation/quality';
import type { RecipeId } from '../../src/training/recipe';
import type { Trained } from './draw';

export interface QualityRow extends Quality {
  readonly recipe: RecipeId;
  readonly steps: number;
  readonly tflop: number;
  readonly trainingSeed: number;
  /** The seed of the noise that the pictures began as. */
  readonly seed: number;
  /** Guidance; 1 is none. */
  readonly w: number;
  /** Pictures. */
  readonly n: number;
}

export function qualityRow(
  { recipe, steps, tflop, trainingSeed }: Trained,
  { n, w, seed }: Pick<QualityRow, 'n' | 'w' | 'seed'>,
  quality: Quality,
): QualityRow {
  return { recipe: recipe.id, steps, tflop, trainingSeed, seed, w, n, ...quality };
}
