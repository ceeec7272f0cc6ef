/** The recipe that each of a reader's runs starts with, until they choose another. */
import { captionRecipe } from './captionRecipes';
import { baseRecipe, upRecipe } from './cascadeRecipes';
import { decoderRecipe } from './decoderRecipes';
import { expertsOf } from './expertRecipes';
import { latentRecipe } from './latentRecipes';
import type { Recipe, RecipeId } from './recipe';
import { recipes } from './recipes';

const four = expertsOf('four').map(({ recipe }) => recipe);
const expert = (i: number): Recipe => ({ ...recipes.quick, ...four[i] });

export const slotRecipes: Readonly<Record<RecipeId, Recipe>> = {
  ...recipes,
  'expert-1': expert(0),
  'expert-2': expert(1),
  'expert-3': expert(2),
  'expert-4': expert(3),
  'base-7': baseRecipe,
  'up-14': upRecipe(14, 'plain'),
  'up-28': upRecipe(28, 'plain'),
  caption: captionRecipe,
  latent: latentRecipe,
  decoder: decoderRecipe,
};
