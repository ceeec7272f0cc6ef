/**
 * Films of the reverse process that ship with the page: what the recorded model drew, as plain JSON. Pictures are kept as
 * fixed-point numbers in base64: 16 bits, little-endian, exact to 1/8192, so that the arithmetic of a step still adds up
 * when it is read back; or 8 bits, exact to 1/64, and without the fresh noise, for films that are only looked at. ε̂ is not
 * kept, since it follows from xt and x̂0.
 */
import { AppError } from '../base/errors';
import { fromBase64, toBase64 } from './base64';

/** How a film was asked for: enough to draw it again. */
export interface FilmSettings {
  /** A sampler's id in src/diffusion/samplers. */
  readonly sampler: string;
  readonly samplerParams: Readonly<Record<string, number | string>>;
  readonly steps: number;
  readonly spacing: string;
  readonly guidanceScale: number;
  readonly clip: boolean;
  readonly seed: number;
  /** A class for each picture, or null for "not told". */
  readonly labels: readonly (number | null)[];
}

/** One moment. All arrays are [labels.length · pixels]; the last frame is the finished picture and has no prediction. */
export interface FilmFrame {
  readonly t: number;
  readonly alphaBar: number;
  /** Network evaluations so far. */
  readonly nfe: number;
  readonly xt: Float32Array;
  readonly x0: Float32Array | null;
  readonly eps: Float32Array | null;
  /** The fresh noise of the step that follows; null where the sampler draws none. */
  readonly noise: Float32Array | null;
}

export interface Film {
  readonly settings: FilmSettings;
  readonly frames: readonly FilmFrame[];
}

/** One file: films made by one command with one model. */
export interface RecordedFilms {
  /** The command that makes the file again. */
  readonly command: string;
  /** Training steps behind the model that drew. */
  readonly trainedSteps: number;
  readonly films: readonly Film[];
}

const format = 'recorded-films/1';

export type Bits = 8 | 16;

/** By their bits: what 1 becomes, and the range of the whole numbers. Values in [−4, 4) become Int8, in [−8, 8) Int16. */
const fixedPoint: Readonly<Record<Bits, { readonly unit: number; readonly lowest: number; readonly highest: number }>> = {
  8: { unit: 32, lowest: -128, highest: 127 },
  16: { unit: 4096, lowest: -32768, highest: 32767 },
};

/** As JSON text. @throws range, for a frame with x̂0 but without the ε̂ that goes with it, or the other way round */
export function encodeFilms({ command, trainedSteps, films }: RecordedFilms, bits: Bits = 16): string {
  return JSON.stringify({
    format,
    command,
    trainedSteps,
    bits,
    films: films.map(({ settings, frames }) => ({
      settings,
      frames: frames.map(({ t, alphaBar, nfe, xt, x0, eps, noise }) => {
        if ((x0 === null) !== (eps === null))
          throw new AppError('range', `The frame at t = ${t} has only one half of a prediction.`);
        const kept = (values: Float32Array | null): string | null => values && pack(values, bits);
        return { t, alphaBar, nfe, xt: kept(xt), x0: kept(x0), noise: bits === 8 ? null : kept(noise) };
      }),
    })),
  });
}

/** @throws data/format, naming what is missing or damaged */
export function decodeFilms(text: string): RecordedFilms {
  const file = record(parse(text), 'file');
  if (file.format !== format) throw damaged(`its format is not ${format}`);
  const { bits = 16 } = file; // files from before there was a choice
  if (bits !== 8 && bits !== 16) throw damaged('its numbers have neither 8 nor 16 bits');
  return {
    command: ofType(file.command, 'string', 'command'),
    trainedSteps: ofType(file.trainedSteps, 'number', 'trainedSteps'),
    films: list(file.films, 'films').map((film) => {
      const { settings, frames } = record(film, 'film');
      return { settings: decodeSettings(settings), frames: list(frames, 'frames').map((frame) => decodeFrame(frame, bits)) };
    }),
  };
}

function decodeSettings(value: unknown): FilmSettings {
  const { sampler, samplerParams, steps, spacing, guidanceScale, clip, seed, labels } = record(value, 'settings');
  const params: Record<string, number | string> = {};
  for (const [name, param] of Object.entries(record(samplerParams, 'samplerParams'))) {
    params[name] = typeof param === 'string' ? param : ofType(param, 'number', `samplerParams.${name}`);
  }
  return {
    sampler: ofType(sampler, 'string', 'sampler'),
    samplerParams: params,
    steps: ofType(steps, 'number', 'steps'),
    spacing: ofType(spacing, 'string', 'spacing'),
    guidanceScale: ofType(guidanceScale, 'number', 'guidanceScale'),
    clip: ofType(clip, 'boolean', 'clip'),
    seed: ofType(seed, 'number', 'seed'),
    labels: list(labels, 'labels').map((label) => (label === null ? null : ofType(label, 'number', 'label'))),
  };
}

function decodeFrame(value: unknown, bits: Bits): FilmFrame {
  const frame = record(value, 'frame');
  const alphaBar = ofType(frame.alphaBar, 'number', 'alphaBar');
  const xt = unpack(ofType(frame.xt, 'string', 'xt'), bits);
  const optional = (name: 'x0' | 'noise'): Float32Array | null => {
    if (frame[name] === null) return null;
    const values = unpack(ofType(frame[name], 'string', name), bits);
    if (values.length !== xt.length) throw damaged(`${name} has ${values.length} numbers where xt has ${xt.length}`);
    return values;
  };
  const x0 = optional('x0');
  return {
    t: ofType(frame.t, 'number', 't'),
    alphaBar,
    nfe: ofType(frame.nfe, 'number', 'nfe'),
    xt,
    x0,
    eps: x0 && noiseBetween(xt, x0, alphaBar),
    noise: optional('noise'),
  };
}

/** ε̂ = (xt − √ᾱ·x̂0) / √(1 − ᾱ): the noise that must be in xt if the guess is right. */
function noiseBetween(xt: Float32Array, x0: Float32Array, alphaBar: number): Float32Array {
  return xt.map((value, i) => (value - Math.sqrt(alphaBar) * (x0[i] ?? 0)) / Math.sqrt(1 - alphaBar));
}

function pack(values: Float32Array, bits: Bits): string {
  const { unit, lowest, highest } = fixedPoint[bits];
  const size = bits / 8;
  const view = new DataView(new ArrayBuffer(values.length * size));
  values.forEach((value, i) => {
    const whole = Math.min(highest, Math.max(lowest, Math.round(value * unit)));
    if (bits === 8) view.setInt8(i, whole);
    else view.setInt16(i * size, whole, true);
  });
  return toBase64(new Uint8Array(view.buffer));
}

function unpack(base64: string, bits: Bits): Float32Array {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = fromBase64(base64);
  } catch (error) {
    throw damaged('a picture is not base64', error);
  }
  const size = bits / 8;
  if (bytes.length % size !== 0) throw damaged('a picture ends in the middle of a number');
  const view = new DataView(bytes.buffer);
  const { unit } = fixedPoint[bits];
  return Float32Array.from(
    { length: bytes.length / size },
    (_, i) => (bits === 8 ? view.getInt8(i) : view.getInt16(i * size, true)) / unit,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw damaged('it is not JSON', error);
  }
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw damaged(`its ${name} is no object`);
  return value as Record<string, unknown>; // checked in the line above
}

function list(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw damaged(`its ${name} is no list`);
  return value;
}

interface Types {
  string: string;
  number: number;
  boolean: boolean;
}

function ofType<K extends keyof Types>(value: unknown, type: K, name: string): Types[K] {
  if (typeof value !== type) throw damaged(`its ${name} is no ${type}`);
  return value as Types[K]; // checked in the line above
}

function damaged(what: string, cause?: unknown): AppError {
  return new AppError(
    'data/format',
    `A recorded film could not be read: ${what}. Reload the page to fetch it again.`,
    cause === undefined ? undefined : String(cause),
  );
}
