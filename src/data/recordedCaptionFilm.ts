/**
 * The film that lesson 5 opens with: one caption drawn several times, what the judge makes of the finished pictures, and where the network
 * looked for each word while it drew the first of them. `npm run pretrain -- captions-film` writes it.
 */
import { AppError } from '../base/errors';
import { fromBase64, toBase64 } from './base64';
import { decodeFilms, encodeFilms, type Film } from './recordedFilm';
import { fieldReader } from './recordedFields';

/** Where one block looked: [heads, side·side, places] of one picture, over places it sums to about one. */
export interface RecordedMap {
  readonly layer: string;
  readonly side: number;
  readonly heads: number;
  /** Words of the caption. */
  readonly places: number;
  readonly values: Float32Array;
}

export interface RecordedCaptionFilm {
  readonly command: string;
  readonly trainedSteps: number;
  readonly caption: string;
  readonly film: Film;
  /** Of the judge, of the finished pictures [n, 10]. */
  readonly probabilities: Float32Array;
  /** Of each frame but the last, which nobody is asked about. */
  readonly maps: readonly (readonly RecordedMap[])[];
}

const format = 'caption-film/1';
/** A share becomes a byte. */
const unit = 255;
/** Digits kept of a probability. */
const digits = 4;

/** As JSON text. */
export function encodeCaptionFilm({ command, trainedSteps, caption, film, probabilities, maps }: RecordedCaptionFilm): string {
  const films = JSON.parse(encodeFilms({ command, trainedSteps, films: [film] }, 8)) as unknown;
  return JSON.stringify({
    format,
    caption,
    films,
    probabilities: Array.from(probabilities, (chance) => Number(chance.toFixed(digits))),
    layers: (maps[0] ?? []).map(({ layer, side, heads, places }) => ({ layer, side, heads, places })),
    maps: maps.map((frame) => ({
      values: frame.map(({ values }) => toBase64(Uint8Array.from(values, (share) => Math.round(unit * share)))),
    })),
  });
}

const read = fieldReader('film of a caption');

/** @throws data/format, naming what is missing or damaged */
export function decodeCaptionFilm(text: string): RecordedCaptionFilm {
  const file = parsed(text);
  read.oneOf(file, 'format', [format]);
  const { command, trainedSteps, films } = decodeFilms(JSON.stringify(read.part(file, 'films')));
  const [film] = films;
  if (!film) throw read.damaged('its film');
  const layers = read.list(file, 'layers', (layer) => ({
    ...read.texts(layer, ['layer']),
    ...read.numbers(layer, ['side', 'heads', 'places']),
  }));
  const maps = read.list(file, 'maps', (frame) =>
    read.list(frame, 'values', sharesOf).map((values, i): RecordedMap => {
      const layer = layers[i];
      if (layer?.heads === undefined || values.length !== layer.heads * layer.side ** 2 * layer.places)
        throw read.damaged('a map');
      return { ...layer, values };
    }),
  );
  const probabilities = Float32Array.from(
    read.list(file, 'probabilities', (chance) => {
      if (typeof chance !== 'number') throw read.damaged('probabilities');
      return chance;
    }),
  );
  return { command, trainedSteps, ...read.texts(file, ['caption']), film, probabilities, maps };
}

function sharesOf(text: unknown): Float32Array {
  if (typeof text !== 'string') throw read.damaged('a map');
  try {
    return Float32Array.from(fromBase64(text), (byte) => byte / unit);
  } catch {
    throw read.damaged('a map');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError(
      'data/format',
      'The recorded film of a caption could not be read: it is not JSON. Reload the page to fetch it again.',
      String(error),
    );
  }
}
