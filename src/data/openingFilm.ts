/**
 * The film that opens the notebook: ten digits forming, as brightness 0..255, with each one's nearest training pictures.
 * `npm run pretrain` writes it; the front page reads it.
 */
import { AppError } from '../base/errors';
import { fromBase64 } from './base64';

/** As it stands in the JSON file. */
export interface OpeningFilmFile {
  /** The command that makes the file again. */
  readonly command: string;
  readonly trainedSteps: number;
  readonly sampler: string;
  readonly guidanceScale: number;
  readonly labels: readonly number[];
  /** Base64 of [labels.length, 28, 28]. */
  readonly frames: readonly { readonly t: number; readonly nfe: number; readonly pixels: string }[];
  /** For each picture its nearest training pictures, nearest first. */
  readonly nearest: readonly (readonly {
    readonly index: number;
    readonly label: number;
    readonly distance: number;
    readonly pixels: string;
  }[])[];
}

export interface Neighbour {
  /** Index in MNIST's training set. */
  readonly index: number;
  readonly label: number;
  /** Root of the summed squared differences, pixels in [−1, 1]. */
  readonly distance: number;
  readonly pixels: Uint8Array;
}

export interface OpeningFilm {
  readonly command: string;
  readonly trainedSteps: number;
  readonly guidanceScale: number;
  readonly labels: readonly number[];
  readonly frames: readonly { readonly t: number; readonly nfe: number; readonly pixels: Uint8Array }[];
  readonly nearest: readonly (readonly Neighbour[])[];
}

/** @throws data/format, when the text is not such a film */
export function readOpeningFilm(text: string): OpeningFilm {
  try {
    const file = JSON.parse(text) as OpeningFilmFile;
    const size = file.labels.length * 28 * 28;
    const frames = file.frames.map(({ t, nfe, pixels }) => ({ t, nfe, pixels: fromBase64(pixels) }));
    if (frames.length === 0 || frames.some((frame) => frame.pixels.length !== size))
      throw new Error('a frame has the wrong size');
    const nearest = file.nearest.map((row) => row.map((one) => ({ ...one, pixels: fromBase64(one.pixels) })));
    if (nearest.length !== file.labels.length) throw new Error('neighbours are missing');
    return {
      command: file.command,
      trainedSteps: file.trainedSteps,
      guidanceScale: file.guidanceScale,
      labels: file.labels,
      frames,
      nearest,
    };
  } catch (error) {
    throw new AppError(
      'data/format',
      'The recorded digits could not be read. Reload the page to fetch them again.',
      String(error),
    );
  }
}
