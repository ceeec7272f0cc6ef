/**
 * A cascade 7×7 → 14×14 → 28×28 (Ho et al. 2022, Cascaded Diffusion Models, arXiv:2106.15282): what its three recipes change of the
 * quick one, and for how long each trains. Together they cost 7% more than 1,000 steps of the quick recipe.
 */
import { augmentationLevels } from '../diffusion/augmentation';
import type { Recipe } from './recipe';
import { recipes } from './recipes';

const { quick } = recipes;

/** Whether an upsampler is trained with noise on the picture that it looks at. */
export type Augmentation = 'plain' | 'augmented';
export const augmentations: readonly Augmentation[] = ['plain', 'augmented'];

/** More for upsamplers than this buys nothing; the base takes what is left of the budget. */
export const cascadeSteps = { base: 1500, up14: 1200, up28: 250 } as const;

/** Along the base's training: where augmentation helps, and where it no longer does. */
export const baseCheckpoints = [100, 150, 200, 250, 340, 500, 1000, 1500] as const;

/** Draws the digit: at 7×7 an evaluation costs two fifths of the quick network's. */
export const baseRecipe: Recipe = {
  ...quick,
  id: 'base-7',
  model: { ...quick.model, imageSize: 7, stem: 'full', widths: [48], innerBlocks: 3 },
  // Seven pixels show less at the same SNR than 28 do: by the rule, 16 times as much is wanted; 4 was found by trying.
  snrShift: 4,
};

/** The first decides how the strokes run, told the digit too; the second only how they look, and needs no telling. */
export function upRecipe(side: 14 | 28, augmentation: Augmentation): Recipe {
  const model: Recipe['model'] = {
    ...quick.model,
    imageSize: side,
    widths: side === 14 ? [48] : [32],
    classes: side === 14 ? quick.model.classes : 0,
    conditionChannels: 1,
    augmentationLevels: augmentation === 'augmented' ? augmentationLevels : 0,
  };
  const shared: Recipe = { ...quick, model, id: side === 14 ? 'up-14' : 'up-28', lowResolution: { side: side / 2 } };
  // Leaning towards noise makes the last stage soft: there little is left to be decided.
  return side === 14 ? shared : { ...shared, timestepExponent: 1, labelDropout: 0 };
}
