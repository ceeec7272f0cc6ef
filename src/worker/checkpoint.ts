/**
 * A run at rest. The weights are a safetensors file, the rest is packed beside it, and every part has a checksum: a damaged
 * checkpoint must be told from a whole one, for a network with broken weights still draws something.
 */
import { crc32 } from '../base/checksum';
import { AppError } from '../base/errors';
import type { NamedArrays } from '../model/config';
import { decodeSafetensors, encodeSafetensors } from '../model/safetensors';
import { parseRecipe } from '../training/recipeFile';
import type { Recipe } from '../training/recipe';
import { packHistory, unpackFullHistory, unpackHistory } from './packedHistory';
import type { PreviewFrame, RunId, StepReport } from './protocol';

/** Raised whenever what is written below can no longer be read by older code, or theirs by this. */
const checkpointVersion = 2;
/** Differs from today's in how the history is packed, and is still read: nobody should lose a run to an update. */
const fullHistoryVersion = 1;

/** All that is needed to go on with a run as if it had never been interrupted. */
export interface RunContent {
  readonly recipe: Recipe;
  readonly seed: number;
  readonly stepsDone: number;
  readonly trainedMs: number;
  readonly learningRateFactor: number;
  /** 0: the default. */
  readonly previewInterval: number;
  readonly history: readonly StepReport[];
  readonly film: readonly PreviewFrame[];
  readonly state: NamedArrays;
}

/** What lies in the store. */
export interface Checkpoint {
  readonly version: number;
  readonly runId: RunId;
  /** Grows with every save of a run: the greater of two is the newer. */
  readonly serial: number;
  readonly stepsDone: number;
  readonly weights: Uint8Array;
  /** Everything that is neither a weight nor a long list, as JSON. */
  readonly details: Uint8Array;
  readonly history: Uint8Array;
  /** The pictures of the film, one frame after the other. */
  readonly film: Uint8Array;
  readonly checksums: readonly number[];
}

type Details = Omit<RunContent, 'history' | 'film' | 'state'> & {
  /** Older saves leave the side unsaid. */
  readonly film: readonly (Omit<PreviewFrame, 'pixels' | 'side'> & Partial<Pick<PreviewFrame, 'side'>>)[];
};
const usualSide = 28;

export function encodeCheckpoint(content: RunContent, serial: number): Checkpoint {
  const { history, film, state, ...rest } = content;
  const details: Details = { ...rest, film: film.map(({ step, seconds, count, side }) => ({ step, seconds, count, side })) };
  const parts = {
    weights: encodeSafetensors(state, { step: String(content.stepsDone), recipe: content.recipe.id }),
    details: new TextEncoder().encode(JSON.stringify(details)),
    history: packHistory(history),
    film: concat(film.map((frame) => frame.pixels)),
  };
  return {
    version: checkpointVersion,
    runId: content.recipe.id,
    serial,
    stepsDone: content.stepsDone,
    ...parts,
    checksums: checksumsOf(parts),
  };
}

/** @throws weights/version, weights/format */
export function decodeCheckpoint(record: unknown): RunContent {
  if (!isCheckpoint(record)) throw damaged('parts of it are missing');
  if (record.version !== checkpointVersion && record.version !== fullHistoryVersion) {
    const message = `The saved training was written by version ${record.version} of this notebook, and this one reads ${checkpointVersion}. It is left as it is; train anew to replace it.`;
    throw new AppError('weights/version', message);
  }
  const wrong = checksumsOf(record).findIndex((sum, i) => sum !== record.checksums[i]);
  if (wrong !== -1) throw damaged(`the checksum of its ${partNames[wrong] ?? 'data'} is wrong`);
  const { film, ...details } = JSON.parse(new TextDecoder().decode(record.details)) as Details; // just checked against its checksum
  return {
    ...details,
    recipe: parseRecipe(JSON.stringify(details.recipe)), // fills in what older saves left unsaid
    history: record.version === fullHistoryVersion ? unpackFullHistory(record.history) : unpackHistory(record.history),
    film: splitFilm(film, record.film),
    state: decodeSafetensors(record.weights).arrays,
  };
}

export function isCheckpoint(record: unknown): record is Checkpoint {
  if (typeof record !== 'object' || record === null) return false;
  const candidate = record as Partial<Record<keyof Checkpoint, unknown>>;
  return (
    typeof candidate.version === 'number' &&
    typeof candidate.serial === 'number' &&
    typeof candidate.stepsDone === 'number' &&
    Array.isArray(candidate.checksums) &&
    partNames.every((name) => candidate[name] instanceof Uint8Array)
  );
}

const partNames = ['weights', 'details', 'history', 'film'] as const;

function checksumsOf(parts: Readonly<Record<(typeof partNames)[number], Uint8Array>>): number[] {
  return partNames.map((name) => crc32(parts[name]));
}

function splitFilm(frames: Details['film'], pixels: Uint8Array): PreviewFrame[] {
  let offset = 0;
  const total = frames.reduce((sum, { count }) => sum + count, 0);
  return frames.map((frame) => {
    const length = (pixels.length / total) * frame.count;
    const own = pixels.slice(offset, offset + length);
    offset += length;
    return { ...frame, side: frame.side ?? usualSide, pixels: own };
  });
}

function concat(arrays: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const array of arrays) {
    result.set(array, offset);
    offset += array.length;
  }
  return result;
}

function damaged(reason: string): AppError {
  return new AppError('weights/format', `The saved training is damaged: ${reason}.`);
}
