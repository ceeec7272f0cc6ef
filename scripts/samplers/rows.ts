/**
 * Measurements as they come in, kept line by line, and the pictures of the walk that is under way, so that an interruption costs no
 * more than the hundred pictures it falls into.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { parseSamplerRow, type RecordedSamplerRow } from '../../src/data/recordedSamplers';
import type { Parts } from '../quality/draw';
import { partsIn } from '../quality/parts';
import type { PlannedWalk } from './plan';

const folder = new URL('../../recording/', import.meta.url);

export interface RowStore {
  /** What is measured by now, by other processes too. */
  readonly find: (walk: PlannedWalk) => RecordedSamplerRow | undefined;
  readonly add: (row: RecordedSamplerRow) => void;
  /** Pictures of a walk that is not measured yet; `add` throws them away. */
  readonly parts: (walk: PlannedWalk) => Parts;
  readonly all: () => readonly RecordedSamplerRow[];
}

/** @param of what the rows have in common, as a file name: a change of it starts afresh */
export function openRows(of: string): RowStore {
  const file = new URL(`samplers-${of}.jsonl`, folder);
  const all = (): readonly RecordedSamplerRow[] =>
    existsSync(file)
      ? readFileSync(file, 'utf8')
          .split('\n')
          .filter((line) => line.endsWith('}')) // the last may be half-written
          .map((line) => parseSamplerRow(JSON.parse(line)))
      : [];
  const partsFolder = (walk: WalkKey | PlannedWalk): URL =>
    new URL(`samplers-${of}-${walkKey(walk).replaceAll(/[^\w.-]+/g, '_')}/`, folder);
  return {
    all,
    find: (walk) => all().find((row) => walkKey(row) === walkKey(walk)),
    add: (row) => {
      mkdirSync(folder, { recursive: true });
      appendFileSync(file, `${JSON.stringify(row, fourDigits)}\n`);
      rmSync(partsFolder(row), { recursive: true, force: true });
    },
    parts: (walk) => partsIn(partsFolder(walk)),
  };
}

/** Four significant digits: what a chart can show. */
export function fourDigits(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}

type WalkKey = Pick<RecordedSamplerRow, 'sampler' | 'params' | 'spacing' | 'steps' | 'seed'>;

function walkKey(walk: WalkKey | PlannedWalk): string {
  const params = 'params' in walk ? walk.params : walk.samplerParams;
  return JSON.stringify([walk.sampler, params, walk.spacing, walk.steps, walk.seed]);
}
