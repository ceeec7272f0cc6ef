/** unCLIP's decoder (Ramesh et al. 2022, arXiv:2204.06125, section 2.1): the quick network, told an embedding instead of a class. */
import { embeddingLength } from '../model/contrastiveConfig';
import type { Recipe } from './recipe';
import { recipes } from './recipes';

const { quick } = recipes;

/** At which its weights are kept. */
export const decoderCheckpoints = [250, 500, 1000] as const;

export const decoderRecipe: Recipe = {
  ...quick,
  id: 'decoder',
  model: { ...quick.model, classes: 0, vectorFeatures: embeddingLength },
  labelDropout: 0,
  vectors: { dropout: 0.1 },
};
