/** unCLIP's decoder (Ramesh et al. 2022, arXiv:2204.06125, section 2.1): the quick network, told an embedding instead of a class. */
import type { Recipe } from './recipe';
import { recipes } from './recipes';

const { quick } = recipes;

/** Numbers that stand for a picture or a caption in the space that they share. */
export const embeddingLength = 32;

export const decoderRecipe: Recipe = {
  ...quick,
  id: 'decoder',
  model: { ...quick.model, classes: 0, vectorFeatures: embeddingLength },
  labelDropout: 0,
  vectors: { dropout: 0.1 },
};
