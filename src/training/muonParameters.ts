/** Which parameters are Muon's. Plain data, so that costs can be counted without tensors. */
import type { Recipe } from './recipe';

/**
 * The 3×3 convolutions of the residual blocks, which hold most of the weights. That is the cheaper Muon: adding the 2×2 and the
 * 1×1 convolution between the levels was measured to change nothing.
 */
export function isMuonParameter(recipe: Pick<Recipe, 'optimizer'>, name: string): boolean {
  return recipe.optimizer === 'muon' && /\.conv[12]\.weight$/.test(name);
}
