/** How good a run's digits are as it learns: measured at a few steps of the very run that is being recorded. */
import type { MnistStore } from '../../src/data/mnist';
import { flopsPerStep } from '../../src/training/cost';
import { guidanceForSteps } from '../../src/training/guidanceSchedule';
import type { TrainingRun } from '../../src/training/run';
import { drawDigits } from '../quality/draw';
import { createMeasure } from '../quality/measure';
import { realDigits } from '../quality/realDigits';
import { qualityRow, type QualityRow } from '../quality/row';
import { modelOf } from './draw';

const measuredSteps: readonly number[] = [50, 100, 150, 200, 250, 340, 500, 700, 1000];
const n = 500;
const noiseSeed = 0;
/** Draws of real digits: one alone moves the floor by several units. */
const realDraws = 4;

export interface QualityCurve {
  /** Measures the run if its step is one of those; ask after every step. */
  look(run: TrainingRun, seconds: number): Promise<void>;
  /** What src/data/recordedQuality.ts reads. */
  json(options: { readonly command: string; readonly store: MnistStore; readonly count: number }): Promise<string>;
}

export function createQualityCurve(): QualityCurve {
  const measure = createMeasure();
  const rows: (QualityRow & { readonly seconds: number })[] = [];
  return {
    async look(run, seconds) {
      const steps = run.stepsDone;
      if (!measuredSteps.includes(steps)) return;
      const w = run.recipe.model.classes > 0 ? guidanceForSteps(steps) : 1;
      const quality = await measure(await drawDigits(modelOf(run), { n, w, seed: noiseSeed }));
      const tflop = (steps * flopsPerStep(run.recipe)) / 1e12;
      const trained = { model: modelOf(run), recipe: run.recipe, steps, tflop, trainingSeed: run.seed };
      rows.push({ ...qualityRow(trained, { n, w, seed: noiseSeed }, quality), seconds });
      console.log(`${run.recipe.id}: step ${steps}, Fréchet distance ${quality.fd.toFixed(1)} at w = ${w}`);
    },
    async json({ command, store, count }) {
      const floor = [];
      for (let draw = 0; draw < realDraws; draw += 1) floor.push(await measure(realDigits({ store, count, n, seed: draw })));
      measure.dispose();
      const rounded = (_: string, value: unknown): unknown => (typeof value === 'number' ? Number(value.toPrecision(4)) : value);
      return JSON.stringify({ command, n, floor, rows }, rounded);
    },
  };
}
