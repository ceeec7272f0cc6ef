/**
 * Is the quick recipe's result one seed's luck? The same short run from several seeds, measured around the step where its digits
 * become good, and written to public/recorded/seeds.json.
 */
import type { MnistStore } from '../../src/data/mnist';
import { untilGood } from '../../src/data/recordedSeeds';
import { recipes } from '../../src/training/recipes';
import { createQualityCurve, jsonOf, type CurveRow } from './qualityCurve';
import { codeFingerprint, savePlace } from './savePlace';
import { thisDevice, trainRun } from './trainRun';

/** Where digits become good, with the guidance that the page draws with (2.5), with less of it and with more. */
const measured: Readonly<Record<number, readonly number[]>> = { 200: [2.5, 3], 225: [2.5, 3], 250: [2, 2.5] };
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
  const curve = createQualityCurve((step) => measured[step] ?? []);
  const startedMs = performance.now();
  const rows: CurveRow[] = [];
  const places = seeds.map((seed) => savePlace(folder, `seeds-${seed}`, { recipe, seed, steps, measured, code }));
  for (const [i, place] of places.entries()) {
    const { run, course } = await trainRun({ recipe, seed: seeds[i] ?? 0, steps, store, place, look: curve.look });
    run.dispose();
    rows.push(...course.seen);
    const minutes = (performance.now() - startedMs) / 60_000;
    const left = (minutes / (i + 1)) * (seeds.length - i - 1);
    console.log(`${i + 1} of ${seeds.length} seeds after ${minutes.toFixed(1)} minutes, about ${left.toFixed(1)} left`);
  }
  curve.dispose();
  for (const { w, good, latest } of untilGood(rows)) {
    const when = latest ? `, by step ${latest.steps}, after ${latest.tflop.toFixed(2)} TFLOP` : '';
    console.log(`w = ${w}: ${good} of ${seeds.length} seeds have drawn good digits${when}`);
  }
  write(
    'recorded/seeds.json',
    jsonOf({ command, device: thisDevice(), date: new Date().toISOString().slice(0, 10), code, rows }),
  );
  for (const place of places) place.remove();
}
