/** How good a run's digits are as it learns: measured at a few steps of the very run that is being recorded. */
import type { MnistStore } from '../../src/data/mnist';
import { flopsPerStep } from '../../src/training/cost';
import type { TrainingRun } from '../../src/training/run';
import { drawDigits } from '../quality/draw';
import { createMeasure, type Measure } from '../quality/measure';
import { realDigits } from '../quality/realDigits';
import { qualityRow, type QualityRow } from '../quality/row';
import { modelOf } from './draw';

const n = 500;
const noiseSeed = 0;
/** Draws of real digits: one alone moves the floor by several units. */
const realDraws = 4;

export interface CurveRow extends QualityRow {
  /** Of training alone. */
  readonly seconds: number;
}

export interface QualityCurve {
  /** Measures the run if its step is one of those; ask after every step. */
  look(run: TrainingRun, seconds: number): Promise<readonly CurveRow[]>;
  dispose(): void;
}

/** @param guidances to measure with after this step; [] does not measure */
export function createQualityCurve(guidances: (step: number) => readonly number[]): QualityCurve {
  const measure = createMeasure();
  return {
    look: async (run, seconds) => {
      const rows: CurveRow[] = [];
      for (const w of guidances(run.stepsDone)) rows.push(await measured(measure, run, seconds, w));
      return rows;
    },
    dispose: measure.dispose,
  };
}

/** @param asked guidance; a run without classes knows none */
async function measured(measure: Measure, run: TrainingRun, seconds: number, asked: number): Promise<CurveRow> {
  const { recipe, stepsDone: steps, seed: trainingSeed } = run;
  const w = recipe.model.classes > 0 ? asked : 1;
  const quality = await measure(await drawDigits(modelOf(run), { n, w, seed: noiseSeed }));
  const trained = { model: modelOf(run), recipe, steps, tflop: (steps * flopsPerStep(recipe)) / 1e12, trainingSeed };
  const { fd, c90, accuracy, midInk } = quality;
  console.log(
    `${recipe.id}, seed ${trainingSeed}: step ${steps}, w = ${w}: Fréchet distance ${fd.toFixed(1)}, sure ${c90.toFixed(3)}, as asked ${accuracy.toFixed(3)}, blur ${midInk.toFixed(3)}`,
  );
  return { ...qualityRow(trained, { n, w, seed: noiseSeed }, quality), seconds };
}

/** What src/data/recordedQuality.ts reads. */
export async function qualityFile(options: {
  readonly command: string;
  readonly rows: readonly CurveRow[];
  readonly store: MnistStore;
  /** Pictures in the store. */
  readonly count: number;
}): Promise<string> {
  const { command, rows, store, count } = options;
  const measure = createMeasure();
  const floor = [];
  for (let draw = 0; draw < realDraws; draw += 1) floor.push(await measure(realDigits({ store, count, n, seed: draw })));
  measure.dispose();
  return jsonOf({ command, n, floor, rows });
}

/** Numbers to four significant digits. */
export function jsonOf(value: unknown): string {
  const rounded = (_: string, entry: unknown): unknown => (typeof entry === 'number' ? Number(entry.toPrecision(4)) : entry);
  return JSON.stringify(value, rounded);
}
