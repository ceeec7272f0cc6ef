/** How good the digits are, from the files that ship with the page: what training takes minutes for is recorded, and says so. */
import { readFileSync } from 'node:fs';
import { codeFingerprint } from '../scripts/pretrain/savePlace';
import { parseRecordedQualities, type RecordedQualityRow } from '../src/data/recordedQuality';
import { parseRecordedSeeds, untilGood, type UntilGood } from '../src/data/recordedSeeds';
import type { QualityFigure } from './figures';

export interface Quality {
  readonly rows: readonly QualityFigure[];
  /** How much training the seeds took until their digits were good, by guidance. */
  readonly untilGood: readonly UntilGood<RecordedQualityRow>[];
}

export function readQuality(): Quality {
  const seeds = parseRecordedSeeds(recorded('seeds'));
  const runs = parseRecordedQualities(recorded('quality'));
  const isToday = seeds.code === codeFingerprint();
  console.log(`quality: recorded by ${runs.command} (whole runs), and by ${seeds.command} on ${seeds.date} (${seeds.device})`);
  if (!isToday) console.log(`quality: the code that trains has changed since; ${seeds.command} records it again`);
  const rows = [...seeds.rows.map(figure(seeds.command)), ...runs.rows.map(figure(runs.command))];
  for (const { recipe, seed, steps, tflop, w, fd, c90, accuracy, midInk } of rows) {
    console.log(
      `quality: ${recipe} · seed ${seed} · ${steps} steps, ${tflop.toFixed(2)} TFLOP · w ${w}: FD ${fd.toFixed(1)}, sure ${c90.toFixed(3)}, as asked ${accuracy.toFixed(3)}, mid/ink ${midInk.toFixed(3)}`,
    );
  }
  return { rows, untilGood: untilGood(seeds.rows) };
}

function recorded(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../public/recorded/${name}.json`, import.meta.url), 'utf8'));
}

const figure =
  (recordedBy: string) =>
  ({ recipe, steps, tflop, trainingSeed: seed, w, fd, c90, accuracy, midInk }: RecordedQualityRow): QualityFigure => {
    return { recipe, steps, tflop, seed, w, fd, c90, accuracy, midInk, recordedBy };
  };
