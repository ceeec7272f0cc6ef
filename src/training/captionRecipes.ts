/** What the recipe of a network that reads captions changes of the quick one. */
import type { TextConfig } from '../model/config';
import type { Recipe } from './recipe';
import { recipes } from './recipes';

const { quick } = recipes;

/** 70,000 parameters: enough for 40 words and the empty place. */
export const textConfig: TextConfig = { words: 41, places: 8, width: 64, layers: 2, heads: 4, hidden: 128, crossHeads: 2 };

/**
 * Whole captions are hidden as often as classes are. Most of the others say all that there is to say, since that is what is hard to obey:
 * when each attribute was mentioned three times in four, and all four together in a third of the captions, a thousand steps obeyed in all
 * four .54 of the time instead of .67. The rest mention half, so that short captions are read too.
 */
export const captionSettings: NonNullable<Recipe['captions']> = { whole: 0.8, mention: 0.5, dropout: 0.1 };

export const captionRecipe: Recipe = {
  ...quick,
  id: 'caption',
  model: { ...quick.model, classes: 0, text: textConfig },
  // 4e-3, right for the convolutions alone, is too much for the transformer's embeddings and gains.
  learningRate: 2e-3,
  labelDropout: 0,
  captions: captionSettings,
};

/** A digit that is asked for in words wants more of them than one that is named by its class. */
export const captionSteps = 3000;

/** Along its training: not all that a caption says is learnt at once. */
export const captionCheckpoints = [100, 250, 500, 1000, 2000, 3000] as const;
