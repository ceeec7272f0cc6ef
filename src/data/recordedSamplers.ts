/** How good each sampler's digits are for so many evaluations of the network: measured by the judge, written by `npm run samplers`. */
import { AppError } from '../base/errors';

export interface MeasuredQuality {
  /** Fréchet distance to real test digits. */
  readonly fd: number;
  /** Share that the judge is more than 90% sure of. */
  readonly c90: number;
  /** Share judged to be the digit that was asked for. */
  readonly accuracy: number;
  /** Entropy of the judged classes in nats, at most ln 10. */
  readonly balance: number;
  /** Blur: grey pixels over inked ones. */
  readonly midInk: number;
  /** Mean distance of two pictures of one class. */
  readonly variety: number;
}

export type MeasureName = keyof MeasuredQuality;

export interface RecordedSamplerRow extends MeasuredQuality {
  readonly sampler: string;
  readonly params: Readonly<Record<string, number | string>>;
  readonly spacing: string;
  readonly steps: number;
  /** Network evaluations for each picture. */
  readonly nfe: number;
  /** Of the noise. */
  readonly seed: number;
  /** Of drawing all pictures, on the recording machine. */
  readonly seconds: number;
}

/** Real digits, as many as `n` says, drawn several times: nothing can be expected to lie lower. */
export interface Floor {
  readonly n: number;
  readonly draws: readonly MeasuredQuality[];
}

export interface RecordedSamplers {
  readonly command: string;
  readonly date: string;
  readonly device: string;
  /** The network that drew: its training steps, and the checksum of its file. */
  readonly weights: { readonly steps: number; readonly fingerprint: string };
  /** Pictures in each measurement. */
  readonly n: number;
  readonly guidanceScale: number;
  readonly floor: Floor;
  /** Of fewer pictures, for what is measured in the page. */
  readonly smallFloors: readonly Floor[];
  readonly rows: readonly RecordedSamplerRow[];
}

const measures = ['fd', 'c90', 'accuracy', 'balance', 'midInk', 'variety'] as const;
const rowNumbers = [...measures, 'steps', 'nfe', 'seed', 'seconds'] as const;

/** @throws data/format, naming what is missing or damaged */
export function parseRecordedSamplers(value: unknown): RecordedSamplers {
  const { floor, smallFloors, rows, weights } = isRecord(value) ? value : {};
  if (!isRecord(value) || !isRecord(weights)) throw damaged('its head');
  if (!Array.isArray(smallFloors) || !Array.isArray(rows)) throw damaged('its lists');
  return {
    ...textsOf(value, ['command', 'date', 'device']),
    ...numbersOf(value, ['n', 'guidanceScale']),
    weights: { ...numbersOf(weights, ['steps']), ...textsOf(weights, ['fingerprint']) },
    floor: floorOf(floor),
    smallFloors: (smallFloors as unknown[]).map(floorOf),
    rows: (rows as unknown[]).map(parseSamplerRow),
  };
}

/** @throws data/format */
export function parseSamplerRow(value: unknown): RecordedSamplerRow {
  const params = isRecord(value) ? value['params'] : null;
  if (!isRecord(params)) throw damaged('params');
  const settings = Object.entries(params).map(([name, setting]) => {
    if (typeof setting !== 'number' && typeof setting !== 'string') throw damaged(name);
    return [name, setting] as const;
  });
  return { ...textsOf(value, ['sampler', 'spacing']), params: Object.fromEntries(settings), ...numbersOf(value, rowNumbers) };
}

function floorOf(value: unknown): Floor {
  const draws = isRecord(value) ? value['draws'] : null;
  if (!Array.isArray(draws) || draws.length === 0) throw damaged('a floor');
  return { ...numbersOf(value, ['n']), draws: (draws as unknown[]).map((draw) => numbersOf(draw, measures)) };
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

function textsOf<Name extends string>(entry: unknown, names: readonly Name[]): Readonly<Record<Name, string>> {
  const result: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const text = isRecord(entry) ? entry[name] : null;
    if (typeof text !== 'string') throw damaged(name);
    result[name] = text;
  }
  return result as Record<Name, string>; // every name has been set
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function damaged(what: string): AppError {
  return new AppError(
    'data/format',
    `The recorded measurements of the samplers could not be read: ${what} is damaged. Reload the page to fetch them again.`,
  );
}
