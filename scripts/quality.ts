/**
 * `npm run quality [-- --w 1,1.25,1.5 --seeds 0 --n 500 --weights public/weights/quick.safetensors --json FILE]`: draws digits from
 * trained weights, as many of each class, with 25 steps of DDIM, and measures them, beside as many real digits. --json appends one row
 * per guidance and seed to a list in FILE.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Quality } from '../src/evaluation/quality';
import { allDigits, startEngine } from './pretrain/engine';
import { drawDigits, trainedModel } from './quality/draw';
import { createMeasure } from './quality/measure';
import { realDigits } from './quality/realDigits';
import { qualityRow, type QualityRow } from './quality/row';

const { values } = parseArgs({
  options: {
    w: { type: 'string', default: '1,1.25,1.5' },
    seeds: { type: 'string', default: '0' },
    n: { type: 'string', default: '500' },
    weights: { type: 'string', default: 'public/weights/quick.safetensors' },
    json: { type: 'string' },
  },
});
const numbers = (text: string): readonly number[] => text.split(',').map(Number);
const n = Number(values.n);
/** Draws of real digits: one alone moves the floor by several units. */
const realDraws = 4;

// The engine's ports do not keep Node awake; this does, until the work is done.
const awake = setInterval(() => undefined, 60_000);
await startEngine();
const measure = createMeasure();
const trained = trainedModel(values.weights);
const { recipe, steps, tflop, trainingSeed } = trained;
console.log(`${recipe.id}, ${steps} steps, ${tflop.toFixed(2)} TFLOP, training seed ${trainingSeed}; n = ${n}\n`);
console.log('                   FD    c90    acc  balance  mid/ink  variety');

const rows: QualityRow[] = [];
for (const seed of numbers(values.seeds)) {
  for (const w of numbers(values.w)) {
    const quality = await measure(await drawDigits(trained.model, { n, w, seed }));
    print(`w = ${w}, seed ${seed}`, quality);
    rows.push(qualityRow(trained, { n, w, seed }, quality));
  }
}
const { store, count } = await allDigits();
for (let draw = 0; draw < realDraws; draw += 1) {
  print(`real digits, ${draw + 1}`, await measure(realDigits({ store, count, n, seed: draw })));
}
measure.dispose();
if (values.json !== undefined) append(values.json, rows);
clearInterval(awake);

function print(name: string, { fd, c90, accuracy, balance, midInk, variety }: Quality): void {
  const columns = [
    fd.toFixed(1).padStart(6),
    c90.toFixed(3).padStart(7),
    accuracy.toFixed(3).padStart(7),
    balance.toFixed(3).padStart(9),
    midInk.toFixed(3).padStart(9),
    variety.toFixed(1).padStart(9),
  ];
  console.log(name.padEnd(16) + columns.join(''));
}

/** @throws when the file holds something else than a list */
function append(file: string, more: readonly unknown[]): void {
  const before: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  if (!Array.isArray(before)) throw new Error(`${file} does not hold a list; nothing was written.`);
  writeFileSync(file, `${JSON.stringify([...(before as unknown[]), ...more], null, 2)}\n`);
}
