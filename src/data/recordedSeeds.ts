/**
 * The quick recipe from several seeds, measured around the step where its digits become good, with more than one guidance:
 * `npm run pretrain -- seeds`.
 */
import { AppError } from '../base/errors';
import { qualityRowsOf, type RecordedQuality, type RecordedQualityRow } from './recordedQuality';

export interface RecordedSeeds {
  readonly command: string;
  readonly device: string;
  /** Of the recording, as in 2026-11-24. */
  readonly date: string;
  /** Of the code that trained; other code may come to other numbers. */
  readonly code: string;
  readonly rows: readonly RecordedQualityRow[];
}

/** When a set of drawn digits counts as good: the judge is sure of nearly all, they are what was asked for, and they are not blurred. */
export const goodDigits = { c90: 0.9, accuracy: 0.9, midInk: 0.65 } as const;

export function isGood({ c90, accuracy, midInk }: Pick<RecordedQuality, keyof typeof goodDigits>): boolean {
  return c90 >= goodDigits.c90 && accuracy >= goodDigits.accuracy && midInk <= goodDigits.midInk;
}

/** The first measurement of one run from which on all are good: a single lucky one in between does not count. */
export function firstGood<Row extends RecordedQuality & { readonly steps: number }>(rows: readonly Row[]): Row | null {
  const inOrder = [...rows].sort(bySteps);
  return inOrder[inOrder.findLastIndex((row) => !isGood(row)) + 1] ?? null;
}

/** What came of the seeds with one guidance. */
export interface UntilGood<Row> {
  readonly w: number;
  readonly seeds: readonly number[];
  /** Seeds whose digits became good. */
  readonly good: number;
  /** The first good measurement of the slowest of those; null if there is none. */
  readonly latest: Row | null;
  /** The last measurement of each seed. */
  readonly ends: readonly Row[];
}

/** By guidance, the least first. */
export function untilGood<Row extends RecordedQualityRow>(rows: readonly Row[]): readonly UntilGood<Row>[] {
  const guidances = [...new Set(rows.map(({ w }) => w))].sort((one, other) => one - other);
  return guidances.map((w) => {
    const seeds = [...new Set(rows.map(({ trainingSeed }) => trainingSeed))];
    const runs = seeds.map((seed) => rows.filter((row) => row.w === w && row.trainingSeed === seed).sort(bySteps));
    const goods = runs.flatMap((run) => firstGood(run) ?? []);
    return {
      w,
      seeds,
      good: goods.length,
      latest: goods.sort(bySteps).at(-1) ?? null,
      ends: runs.flatMap((run) => run.at(-1) ?? []),
    };
  });
}

function bySteps(one: { readonly steps: number }, other: { readonly steps: number }): number {
  return one.steps - other.steps;
}

/** @throws data/format, naming what is missing or damaged */
export function parseRecordedSeeds(value: unknown): RecordedSeeds {
  const entries = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  const text = (name: string): string => {
    const entry: unknown = entries.get(name);
    if (typeof entry !== 'string') {
      const message = `The recorded runs from several seeds could not be read: ${name} is damaged. Reload the page to fetch them again.`;
      throw new AppError('data/format', message);
    }
    return entry;
  };
  return {
    command: text('command'),
    device: text('device'),
    date: text('date'),
    code: text('code'),
    rows: qualityRowsOf(entries.get('rows')),
  };
}
