import { describe, expect, it } from 'vitest';
import { bandsOf, ownMetric, plannedFrames, pointsOf, recentSteps, viewOf } from '../../lessons/train/plots';
import { isPreviewDue } from '../../src/worker/previews';
import type { StepReport } from '../../src/training/report';

const baselines = { images: 60_000, mean: -0.7, std: 0.6, aboutZero: 0.9, aboutMean: 0.27, aboutClassMeans: 0.21 };

function report(step: number, x0Error: number, t = 1): StepReport {
  return {
    step,
    loss: 3,
    x0Mse: x0Error,
    epsMse: 2,
    t: [t],
    x0Errors: [x0Error],
    epsErrors: [2 * x0Error],
    gradNorm: 1,
    learningRate: 0.01,
    ms: 5,
  };
}

describe('what a loss chart shows', () => {
  it('is at first the error of what the network is asked for', () => {
    expect([ownMetric('x0'), ownMetric('epsilon'), ownMetric('v')]).toEqual(['x0', 'eps', 'loss']);
  });

  it('comes from the report of each step', () => {
    const history = [report(1, 0.5)];
    expect(pointsOf(history, 'x0')).toEqual([{ step: 1, value: 0.5 }]);
    expect(pointsOf(history, 'eps')).toEqual([{ step: 1, value: 2 }]);
    expect(pointsOf(history, 'loss')).toEqual([{ step: 1, value: 3 }]);
  });

  it('has the line of whoever is told the digit only for a network that is', () => {
    expect(viewOf('x0', baselines, true, []).baselines.map((line) => line.value)).toEqual([0.27, 0.21]);
    expect(viewOf('x0', baselines, false, []).baselines.map((line) => line.value)).toEqual([0.27]);
    expect(viewOf('eps', baselines, true, []).baselines.map((line) => line.value)).toEqual([1]);
  });

  it('has room for its baselines from the first step on', () => {
    for (const metric of ['x0', 'eps'] as const) {
      const view = viewOf(metric, baselines, true, []);
      for (const { value } of view.baselines) {
        expect(value).toBeLessThan(view.top);
        expect(value).toBeGreaterThan(view.logFloor);
      }
    }
  });

  it('has a top above most of a loss that has no baseline', () => {
    const points = Array.from({ length: 100 }, (_, step) => ({ step, value: step === 0 ? 1e9 : 2 }));
    expect(viewOf('loss', baselines, true, points).top).toBe(2.5);
    expect(viewOf('loss', baselines, true, []).top).toBeGreaterThan(0);
  });
});

describe('the loss by moment', () => {
  it('forgets all but the last steps', () => {
    const history = Array.from({ length: recentSteps + 50 }, (_, i) => report(i + 1, i < 50 ? 100 : 1));
    expect(bandsOf(history, 'x0', 1000)[0]).toMatchObject({ mean: 1, count: recentSteps });
  });

  it('is told for both ends', () => {
    const bands = bandsOf([report(1, 0.5, 950)], 'eps', 1000);
    expect(bands[9]).toMatchObject({ mean: 1, count: 1 });
    expect(bands[0]?.mean).toBeNull();
  });
});

describe('frames still to come', () => {
  it.each([0, 30])('are those that the engine will draw, interval %d', (interval) => {
    const planned = plannedFrames(140, 1200, interval);
    const due = Array.from({ length: 1060 }, (_, i) => 141 + i).filter((step) => isPreviewDue(step, interval));
    expect(planned).toEqual(due);
    expect(planned.length).toBeGreaterThan(10);
  });
});
