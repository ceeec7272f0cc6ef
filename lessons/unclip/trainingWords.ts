/** The loss of every step as points of a curve, thinned where a screen could not show them all. */
import type { EmbeddingStep } from './trainedEmbedding.svelte';

/** Of a curve over steps. */
interface LossPoint {
  readonly x: number;
  readonly y: number;
}

const mostPoints = 120;

/** Means over as many steps in a row as it takes; the last point ends at the last step. */
export function lossPoints(steps: readonly Pick<EmbeddingStep, 'step' | 'loss'>[]): readonly LossPoint[] {
  const each = Math.max(1, Math.ceil(steps.length / mostPoints));
  const points: LossPoint[] = [];
  for (let end = steps.length; end > 0; end -= each) {
    const few = steps.slice(Math.max(0, end - each), end);
    const last = few.at(-1);
    if (last) points.push({ x: last.step, y: few.reduce((sum, { loss }) => sum + loss, 0) / few.length });
  }
  return points.reverse();
}
