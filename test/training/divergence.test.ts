import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import type { LossTrend } from '../../src/training/divergence';
import { followLoss, noTrend, symptom } from '../../src/training/divergence';

/** The step (from 1) at which a run with these losses is stopped, or null. */
function stoppedAt(losses: readonly number[]): number | null {
  let trend: LossTrend = noTrend;
  for (const [i, loss] of losses.entries()) {
    trend = followLoss(trend, loss);
    if (symptom(trend, loss, 1) !== null) return i + 1;
  }
  return null;
}

/** A loss that falls as trainings do, and wobbles by a third as batches do. */
function falling(steps: number): number[] {
  const rng = createRng(1);
  return Array.from({ length: steps }, (_, i) => (0.1 + Math.exp(-i / 30)) * (1 + 0.33 * (2 * rng.uniform() - 1)));
}

describe('a run is stopped', () => {
  test('at once, when loss or gradient are no numbers', () => {
    expect(stoppedAt([1, 0.9, NaN])).toBe(3);
    expect(stoppedAt([1, Infinity])).toBe(2);
    expect(symptom(noTrend, 1, NaN)).toContain('gradient');
    expect(symptom(noTrend, 1, Infinity)).toContain('gradient');
  });

  test('when the loss rises far above its best and stays there', () => {
    const stopped = stoppedAt([...falling(100), ...new Array<number>(60).fill(1.5)]);
    expect(stopped).not.toBeNull();
    expect(stopped).toBeGreaterThan(105);
    expect(stopped).toBeLessThanOrEqual(120); // within twenty steps
  });
});

describe('a run is not stopped', () => {
  test('while it learns', () => {
    expect(stoppedAt(falling(2000))).toBeNull();
  });

  test('by single bad batches, even of ten times the loss', () => {
    expect(stoppedAt(falling(1000).map((loss, i) => (i % 100 === 99 ? 10 * loss : loss)))).toBeNull();
  });

  test('by short excursions that it recovers from, however many', () => {
    // Six steps of 12 times the loss lift the running mean above 4 times its best for about ten steps: less than patience, as the
    // mean needs a few steps to rise and is counted only once it is there.
    const excursions = falling(2000).map((loss, i) => (i > 200 && i % 100 < 5 ? 12 * loss : loss));
    let trend: LossTrend = noTrend;
    const worst = excursions.map((loss) => (trend = followLoss(trend, loss)).badSteps);
    expect(Math.max(...worst)).toBeGreaterThan(2);
    expect(stoppedAt(excursions)).toBeNull();
  });

  test('by a plateau at the beginning', () => {
    expect(stoppedAt(new Array<number>(200).fill(1))).toBeNull();
  });
});
