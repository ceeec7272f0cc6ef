import type { Recipe } from '../../../src/training/recipe';
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
