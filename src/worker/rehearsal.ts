/** A run's work with nothing at stake: what a preview and a training step dispatch, on weights and pictures that are thrown away. */
import type { Recipe } from '../training/recipe';
import { createRun } from '../training/run';
import { dispatchDrawing } from './drawing';
import { modelOf } from './model';
import { filmRequest } from './previews';

/** The second step finds weights that the first has left on the graphics card, which may take other shaders. */
const steps = 2;

/** Nothing is read, so nothing is waited for. */
export function rehearse(recipe: Recipe): void {
  const { model, batchSize } = recipe;
  const tokens = model.text ? new Int32Array(batchSize * model.text.places) : undefined;
  const run = createRun(recipe, 0);
  try {
    dispatchDrawing(modelOf(recipe, run.weights('ema')), { ...filmRequest(recipe, 0), steps: 1 });
    const pixels = model.imageSize * model.imageSize * model.channels;
    for (let i = 0; i < steps; i += 1) {
      run.step({ x0: new Float32Array(batchSize * pixels), labels: new Int32Array(batchSize), tokens });
    }
  } finally {
    run.dispose();
  }
}
