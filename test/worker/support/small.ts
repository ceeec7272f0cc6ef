import type { Recipe } from '../../../src/training/recipe';
import { captionRecipe, captionSettings, textConfig } from '../../../src/training/captionRecipes';
import { recipes } from '../../../src/training/recipes';
import type { SampleRequest } from '../../../src/worker/protocol';

/** The quick recipe with a network that takes milliseconds a step. */
export const smallRecipe: Recipe = {
  ...recipes.quick,
  model: { ...recipes.quick.model, widths: [8], timeFeatures: 8, embedding: 16 },
  optimizer: 'adam',
  batchSize: 4,
  warmupSteps: 2,
};

/** Draws at 28 what it is shown at 14, with noise on it of which it is told. */
export const smallUpsampler: Recipe = {
  ...smallRecipe,
  id: 'up-28',
  model: { ...smallRecipe.model, conditionChannels: 1, augmentationLevels: 6 },
  lowResolution: { side: 14 },
};

/** Reads captions. */
export const smallReader: Recipe = {
  ...smallRecipe,
  id: captionRecipe.id,
  model: { ...smallRecipe.model, classes: 0, text: { ...textConfig, width: 16, layers: 1, heads: 2, hidden: 16 } },
  labelDropout: 0,
  captions: captionSettings,
};

/** Draws 7×7 pictures. */
export const smallBase: Recipe = {
  ...smallRecipe,
  id: 'base-7',
  model: { ...smallRecipe.model, imageSize: 7, stem: 'full' },
};

export const smallRequest: SampleRequest = {
  source: { kind: 'run', runId: 'quick', weights: 'ema' },
  sampler: 'ddim',
  samplerParams: { eta: 0 },
  steps: 4,
  spacing: 'trailing',
  guidanceScale: 2,
  clip: true,
  seed: 3,
  labels: [1, 7],
  frames: 'all',
};
