/** Where a training step's time went on another machine, and when its digits were good: written by `npx tsx bench/recordMachine.ts`. */
import { AppError } from '../base/errors';

export interface RecordedProfile {
  readonly command: string;
  /** Processor, cores and browser. */
  readonly device: string;
  readonly backend: string;
  readonly batchSize: number;
  readonly msPerStep: number;
  readonly flopsPerStep: number;
  /** FLOPs a second of a large matrix product. */
  readonly matrixFlops: number;
  readonly kernels: readonly { readonly name: string; readonly calls: number; readonly ms: number }[];
  readonly evaluations: readonly { readonly pictures: number; readonly ms: number }[];
  /** From pressing Train to digits that are good enough. */
  readonly secondsToMark: { readonly seconds: number; readonly steps: number };
}

/** @throws data/format, naming what is missing or damaged */
export function parseRecordedProfile(value: unknown): RecordedProfile {
  if (!isRecord(value)) throw damaged('its head');
  const words = fields(value, ['command', 'device', 'backend'], isText);
  const numbers = fields(value, ['batchSize', 'msPerStep', 'flopsPerStep', 'matrixFlops'], isNumber);
  const { kernels, evaluations, secondsToMark } = value;
  if (!Array.isArray(kernels) || !Array.isArray(evaluations)) throw damaged('its lists');
  return {
    ...words,
    ...numbers,
    kernels: (kernels as unknown[]).map((entry) => ({
      ...fields(entry, ['name'], isText),
      ...fields(entry, ['calls', 'ms'], isNumber),
    })),
    evaluations: (evaluations as unknown[]).map((entry) => fields(entry, ['pictures', 'ms'], isNumber)),
    secondsToMark: fields(secondsToMark, ['seconds', 'steps'], isNumber),
  };
}

function fields<Name extends string, T>(
  entry: unknown,
  names: readonly Name[],
  is: (field: unknown) => field is T,
): Readonly<Record<Name, T>> {
  const result: Partial<Record<Name, T>> = {};
  for (const name of names) {
    const field = isRecord(entry) ? entry[name] : null;
    if (!is(field)) throw damaged(name);
    result[name] = field;
  }
  return result as Record<Name, T>; // every name has been set
}

function isText(field: unknown): field is string {
  return typeof field === 'string';
}

function isNumber(field: unknown): field is number {
  return typeof field === 'number' && Number.isFinite(field);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function damaged(what: string): AppError {
  return new AppError(
    'data/format',
    `The recorded measurements of a step could not be read: ${what} is damaged. Reload the page to fetch them again.`,
  );
}
