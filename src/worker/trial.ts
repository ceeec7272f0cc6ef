/** The real work of training, for measuring it: a run of its own, on noise, whose weights stay as they are. */
import { createRng } from '../base/rng';
import type { Batch } from '../training/noising';
import type { Recipe } from '../training/recipe';
import { createRun, type TrainingRun } from '../training/run';

export interface Trial {
  readonly run: TrainingRun;
  readonly batch: Batch;
  /** Dispatches so many steps, then waits for their results, as training does. */
  train(steps: number): Promise<void>;
  dispose(): void;
}

/** @throws range, for a network that cannot be built */
export function createTrial(recipe: Recipe): Trial {
  const { imageSize, channels, classes, text } = recipe.model;
  const rng = createRng(0, 'probe');
  const batch: Batch = {
    x0: rng.normals(recipe.batchSize * imageSize * imageSize * channels),
    labels: Int32Array.from({ length: recipe.batchSize }, () => rng.int(Math.max(1, classes))),
    tokens: text ? Int32Array.from({ length: recipe.batchSize * text.places }, () => rng.int(text.words)) : undefined,
  };
  const run = createRun(recipe, 0);
  run.learningRateFactor = 0; // noise is nothing to learn from, and must not make the run diverge
  return {
    run,
    batch,
    train: async (steps) => {
      for (let i = 0; i < steps; i += 1) run.step(batch);
      const reports = await run.flush();
      // A shader that a card refuses may throw nothing and leave zeros.
      if (!reports.every(({ gradNorm }) => gradNorm > 0)) throw new Error('its gradients come to nothing');
    },
    dispose: () => run.dispose(),
  };
}
