/** Which parameters are Muon's. Plain data, so that costs can be counted without tensors. */
import type { Recipe } from './recipe';

const ofBlocks = /\.conv[12]\.weight$/;
/** The matrices of attention and of feed-forward layers, in the text encoder and where blocks look at its words. */
const ofText = /^text\.\d+\.(query|key|value|out|feed1|feed2)\.weight$|\.cross\.(query|key|value|out)\.weight$/;

/**
 * The 3×3 convolutions of the residual blocks, which hold most of the weights. That is the cheaper Muon: adding the 2×2 and the
 * 1×1 convolution between the levels was measured to change nothing.
 * Of a network that reads, the text's matrices too: with Adam on those it takes twice the steps to learn to read.
 */
export function isMuonParameter(recipe: Pick<Recipe, 'optimizer'>, name: string): boolean {
  return recipe.optimizer === 'muon' && (ofBlocks.test(name) || ofText.test(name));
}
