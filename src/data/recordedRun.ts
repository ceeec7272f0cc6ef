/** A training run that ships with the page: its losses and its film, made by scripts/pretrain.ts. */
import { AppError } from '../base/errors';
import { fromBase64 } from './base64';
import { imageBytes } from './manifest';

export interface RecordedStep {
  readonly step: number;
  /** The loss that was minimised. */
  readonly loss: number;
  /** Plain mean squared errors of x̂0 and ε̂. */
  readonly x0Mse: number;
  readonly epsMse: number;
}

/** The pictures of one step's batch, each with its moment and its errors. */
export interface RecordedBatch {
  readonly t: readonly number[];
  readonly x0Errors: readonly number[];
  readonly epsErrors: readonly number[];
}

export interface RecordedFrame {
  readonly step: number;
  /** [count, 28, 28], 0 … 255 */
  readonly pixels: Uint8Array;
}

export interface RecordedRun {
  /** The command that makes the file again, and the machine that it ran on. */
  readonly command: string;
  readonly device: string;
  readonly seed: number;
  /** Training alone, without drawing. */
  readonly seconds: number;
  /** All training arithmetic, in units of 10¹² floating-point operations. */
  readonly tflop: number;
  readonly history: readonly RecordedStep[];
  /** The last steps, picture by picture. */
  readonly recent: readonly RecordedBatch[];
  readonly film: readonly RecordedFrame[];
}

/** @throws data/format, naming what is missing or damaged */
export function parseRecordedRun(value: unknown): RecordedRun {
  const file = entriesOf(value, 'file');
  return {
    command: text(file, 'command'),
    device: text(file, 'device'),
    seed: number(file, 'seed'),
    seconds: number(file, 'seconds'),
    tflop: number(file, 'tflop'),
    history: list(file, 'history').map((entry) => {
      const step = entriesOf(entry, 'history');
      return {
        step: number(step, 'step'),
        loss: number(step, 'loss'),
        x0Mse: number(step, 'x0Mse'),
        epsMse: number(step, 'epsMse'),
      };
    }),
    recent: list(file, 'recent').map((entry) => {
      const batch = entriesOf(entry, 'recent');
      return { t: numbers(batch, 't'), x0Errors: numbers(batch, 'x0Errors'), epsErrors: numbers(batch, 'epsErrors') };
    }),
    film: list(file, 'film').map((entry) => {
      const frame = entriesOf(entry, 'film');
      return { step: number(frame, 'step'), pixels: pictures(text(frame, 'pixels')) };
    }),
  };
}

type Entries = ReadonlyMap<string, unknown>;

function entriesOf(value: unknown, name: string): Entries {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw damaged(`its ${name} is no object`);
  return new Map(Object.entries(value));
}

function text(entries: Entries, name: string): string {
  const value = entries.get(name);
  if (typeof value !== 'string') throw damaged(`its ${name} is no text`);
  return value;
}

function number(entries: Entries, name: string): number {
  const value = entries.get(name);
  if (typeof value !== 'number' || !Number.isFinite(value)) throw damaged(`its ${name} is no number`);
  return value;
}

function list(entries: Entries, name: string): readonly unknown[] {
  const value = entries.get(name);
  if (!Array.isArray(value)) throw damaged(`its ${name} is no list`);
  return value as readonly unknown[]; // Array.isArray says any[]
}

function numbers(entries: Entries, name: string): readonly number[] {
  const values = list(entries, name);
  const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
  if (!values.every(isNumber)) throw damaged(`its ${name} are no numbers`);
  return values;
}

function pictures(base64: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(base64);
  } catch (error) {
    throw damaged('a picture is not base64', String(error));
  }
  if (bytes.length === 0 || bytes.length % imageBytes !== 0) throw damaged(`${bytes.length} bytes are not whole pictures`);
  return bytes;
}

function damaged(what: string, detail?: string): AppError {
  return new AppError('data/format', `A recorded run could not be read: ${what}. Reload the page to fetch it again.`, detail);
}
