/**
 * Is the quick recipe's result one seed's luck? The same short run from several seeds, measured around the step where its digits
 * become good, and written to public/recorded/seeds.json.
 */
import type { MnistStore } from '../../src/data/mnist';
import { firstGood } from '../../src/data/recordedSeeds';
import { recipes } from '../../src/training/recipes';
import { createQualityCurve, jsonOf, type CurveRow } from './qualityCurve';
import { codeFingerprint, savePlace } from './savePlace';
import { thisDevice, trainRun } from './trainRun';

const measuredSteps: readonly number[] = [150, 175, 200, 225, 250];
const steps = 250;

export async function pretrainSeeds(options: {
  readonly seeds: readonly number[];
  readonly store: MnistStore;
  readonly folder: string;
  readonly command: string;
  readonly write: (path: string, content: string) => void;
}): Promise<void> {
  const { seeds, store, folder, command, write } = options;
  const recipe = recipes.quick;
  const code = codeFingerprint();
  const curve = createQualityCurve(measuredSteps);
  const startedMs = performance.now();
  const rows: CurveRow[] = [];
  const places = seeds.map((seed) => savePlace(folder, `seeds-${seed}`, { recipe, seed, steps, measuredSteps, code }));
  for (const [i, place] of places.entries()) {
    const { run, course } = await trainRun({ recipe, seed: seeds[i] ?? 0, steps, store, place, look: curve.look });
    run.dispose();
    rows.push(...course.seen);
    const good = firstGood(course.seen);
    console.log(good ? `Good from step ${good.steps} on, ${good.tflop.toFixed(2)} TFLOP` : `Not good within ${steps} steps`);
    const minutes = (performance.now() - startedMs) / 60_000;
    const left = (minutes / (i + 1)) * (seeds.length - i - 1);
    console.log(`${i + 1} of ${seeds.length} seeds after ${minutes.toFixed(1)} minutes, about ${left.toFixed(1)} left`);
  }
  curve.dispose();
  write(
    'recorded/seeds.json',
    jsonOf({ command, device: thisDevice(), date: new Date().toISOString().slice(0, 10), code, rows }),
  );
  for (const place of places) place.remove();
}
