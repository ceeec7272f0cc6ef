/** The course of a training as a line, and how long it still takes. Plain data. */
import type { PartStep } from './partTraining.svelte';

/** Points of the line: each the mean over a stretch of steps that grows with the step, as a logarithmic axis shows them alike. */
const pointsPerTenfold = 24;

/** Mean squared error over steps. */
export function courseOf(
  history: readonly Pick<PartStep, 'step' | 'measures'>[],
): readonly { readonly x: number; readonly y: number }[] {
  const stretches = new Map<number, { steps: number; errors: number; count: number }>();
  for (const { step, measures } of history) {
    const mse = measures['mse'];
    if (mse === undefined) continue;
    const stretch = Math.floor(pointsPerTenfold * Math.log10(step));
    const sum = stretches.get(stretch) ?? { steps: 0, errors: 0, count: 0 };
    stretches.set(stretch, { steps: sum.steps + step, errors: sum.errors + mse, count: sum.count + 1 });
  }
  return [...stretches.values()].map(({ steps, errors, count }) => ({ x: steps / count, y: errors / count }));
}

/** Steps whose pace counts. */
const recent = 20;

/** Milliseconds until this step, by the pace of the last ones; null before the first step and once it is reached. */
export function msLeft(history: readonly Pick<PartStep, 'step' | 'ms'>[], untilStep: number): number | null {
  const last = history.at(-1);
  if (!last || last.step >= untilStep) return null;
  const paced = history.slice(-recent);
  return ((untilStep - last.step) * paced.reduce((sum, { ms }) => sum + ms, 0)) / paced.length;
}
