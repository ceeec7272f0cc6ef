/** How good the digits of the recorded runs were as they learned: measured by the judge, written by `npm run pretrain`. */
import { AppError } from '../base/errors';

export interface RecordedQuality {
  /** Fréchet distance to real test digits. */
  readonly fd: number;
  /** Share that the judge is more than 90% sure of. */
  readonly c90: number;
  /** Share judged to be the digit that was asked for; says nothing of a run that is asked for none. */
  readonly accuracy: number;
  /** Blur: grey pixels over inked ones. */
  readonly midInk: number;
  /** Mean distance of two pictures of one class. */
  readonly variety: number;
}

export interface RecordedQualityRow extends RecordedQuality {
  readonly recipe: string;
  readonly steps: number;
  readonly tflop: number;
  /** Of training alone, on the recording machine. */
  readonly seconds: number;
  /** Guidance; 1 is none. */
  readonly w: number;
  readonly trainingSeed: number;
}

export interface RecordedQualities {
  readonly command: string;
  /** Pictures in each measurement. */
  readonly n: number;
  /** As many real digits, drawn several times: nothing can be expected to lie lower. */
  readonly floor: readonly RecordedQuality[];
  readonly rows: readonly RecordedQualityRow[];
}

const measures = ['fd', 'c90', 'accuracy', 'midInk', 'variety'] as const;
const rowNumbers = [...measures, 'steps', 'tflop', 'seconds', 'w', 'trainingSeed'] as const;

/** @throws data/format, naming what is missing or damaged */
export function parseRecordedQualities(value: unknown): RecordedQualities {
  if (!isRecord(value) || typeof value['command'] !== 'string' || typeof value['n'] !== 'number') throw damaged('its head');
  const { command, n, floor, rows } = value;
  if (!Array.isArray(floor)) throw damaged('its lists');
  return { command, n, floor: (floor as unknown[]).map((entry) => numbersOf(entry, measures)), rows: qualityRowsOf(rows) };
}

/** @throws data/format, naming what is missing or damaged */
export function qualityRowsOf(rows: unknown): readonly RecordedQualityRow[] {
  if (!Array.isArray(rows)) throw damaged('its lists');
  return (rows as unknown[]).map((entry) => {
    const recipe = isRecord(entry) ? entry['recipe'] : null;
    if (recipe !== 'quick' && recipe !== 'textbook') throw damaged('a recipe');
    return { recipe, ...numbersOf(entry, rowNumbers) };
  });
}

function numbersOf<Name extends string>(entry: unknown, names: readonly Name[]): Readonly<Record<Name, number>> {
  const result: Partial<Record<Name, number>> = {};
  for (const name of names) {
    const number = isRecord(entry) ? entry[name] : null;
    if (typeof number !== 'number' || !Number.isFinite(number)) throw damaged(name);
    result[name] = number;
  }
  return result as Record<Name, number>; // every name has been set
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function damaged(what: string): AppError {
  return new AppError(
    'data/format',
    `The recorded measurements could not be read: ${what} is damaged. Reload the page to fetch them again.`,
  );
}
