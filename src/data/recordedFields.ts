/** Reads a recorded file field by field: nothing in it is believed before it is checked, and what is damaged is named. */
import { AppError } from '../base/errors';
import type { Floor, MeasuredQuality } from './recordedSamplers';

export interface FieldReader {
  readonly numbers: <Name extends string>(entry: unknown, names: readonly Name[]) => Readonly<Record<Name, number>>;
  readonly texts: <Name extends string>(entry: unknown, names: readonly Name[]) => Readonly<Record<Name, string>>;
  readonly oneOf: <Option extends string | number>(entry: unknown, name: string, options: readonly Option[]) => Option;
  /** Each entry of the list by that name. */
  readonly list: <Item>(entry: unknown, name: string, read: (item: unknown) => Item) => readonly Item[];
  /** The entry of that name, whatever it is; undefined, where there is none. */
  readonly part: (entry: unknown, name: string) => unknown;
  /** What is thrown for a part that is damaged. */
  readonly damaged: (what: string) => AppError;
}

/** @param subject as in "The recorded … could not be read"; all functions throw data/format */
export function fieldReader(subject: string): FieldReader {
  const damaged = (what: string): AppError =>
    new AppError(
      'data/format',
      `The recorded ${subject} could not be read: ${what} is damaged. Reload the page to fetch it again.`,
    );
  const part = (entry: unknown, name: string): unknown => (isRecord(entry) ? entry[name] : undefined);
  const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
  const isText = (value: unknown): value is string => typeof value === 'string';

  function all<Name extends string, Value>(
    entry: unknown,
    names: readonly Name[],
    isValid: (value: unknown) => value is Value,
  ): Readonly<Record<Name, Value>> {
    const result: Partial<Record<Name, Value>> = {};
    for (const name of names) {
      const value = part(entry, name);
      if (!isValid(value)) throw damaged(name);
      result[name] = value;
    }
    return result as Record<Name, Value>; // every name has been set
  }

  return {
    damaged,
    part,
    numbers: (entry, names) => all(entry, names, isNumber),
    texts: (entry, names) => all(entry, names, isText),
    oneOf: (entry, name, options) => {
      const found = options.find((option) => option === part(entry, name));
      if (found === undefined) throw damaged(name);
      return found;
    },
    list: (entry, name, read) => {
      const items = part(entry, name);
      if (!Array.isArray(items)) throw damaged(name);
      return (items as unknown[]).map(read);
    },
  };
}

const measures = ['fd', 'c90', 'accuracy', 'balance', 'midInk', 'variety'] as const;

/** What the judge measured of one set of pictures. @throws data/format */
export function qualityFields(read: FieldReader, entry: unknown): MeasuredQuality {
  return read.numbers(entry, measures);
}

/** @throws data/format, also for a floor without draws */
export function floorFields(read: FieldReader, entry: unknown): Floor {
  const draws = read.list(entry, 'draws', (draw) => qualityFields(read, draw));
  if (draws.length === 0) throw read.damaged('draws');
  return { ...read.numbers(entry, ['n']), draws };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
