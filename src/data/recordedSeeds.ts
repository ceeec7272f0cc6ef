/** The quick recipe from several seeds, measured around the step where its digits become good: `npm run pretrain -- seeds`. */
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
  const inOrder = [...rows].sort((one, other) => one.steps - other.steps);
  return inOrder[inOrder.findLastIndex((row) => !isGood(row)) + 1] ?? null;
}

/** The rows of each seed, in the order in which seeds first appear. */
export function bySeed<Row extends { readonly trainingSeed: number }>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const seeds = [...new Set(rows.map(({ trainingSeed }) => trainingSeed))];
  return seeds.map((seed) => rows.filter(({ trainingSeed }) => trainingSeed === seed));
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
