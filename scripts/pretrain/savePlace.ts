/**
 * Where a training run that was cut off goes on: one safetensors file a run, with the state as its tensors and the course so far in
 * its metadata. A file is written beside its place and then renamed, so that an interruption never leaves half of one.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NamedArrays } from '../../src/model/config';
import { decodeSafetensors, encodeSafetensors } from '../../src/model/safetensors';

export interface Saved<Course> {
  readonly step: number;
  /** Of training, over all the times that it was taken up. */
  readonly seconds: number;
  /** All else that the run has told so far; plain data, numbers finite. */
  readonly course: Course;
  readonly state: NamedArrays;
}

export interface SavePlace {
  /** What was saved under this key; null if nothing was. The course is what was last written under the key. */
  read<Course>(): Saved<Course> | null;
  write<Course>(saved: Saved<Course>): void;
  remove(): void;
}

/** Nothing is kept: for runs that are over before anybody could interrupt them. */
export const nowhere: SavePlace = { read: () => null, write: () => undefined, remove: () => undefined };

/** Not committed, and removed file by file as runs are finished. */
export const saveFolder = fileURLToPath(new URL('../../.pretrain/', import.meta.url));

/**
 * @param name of the run, for people: it begins the file's name
 * @param key everything that the run depends on: what was saved under another key is left alone
 */
export function savePlace(folder: string, name: string, key: unknown): SavePlace {
  const file = join(folder, `${name}-${hashOf(JSON.stringify(key))}.safetensors`);
  return {
    read<Course>() {
      if (!existsSync(file)) return null;
      const { arrays, metadata } = decodeSafetensors(readFileSync(file));
      const course = JSON.parse(metadata['course'] ?? 'null') as Course; // written below, by code with the same key
      return { step: Number(metadata['step']), seconds: Number(metadata['seconds']), course, state: arrays };
    },
    write({ step, seconds, course, state }) {
      const metadata = { step: String(step), seconds: String(seconds), course: JSON.stringify(course) };
      mkdirSync(folder, { recursive: true });
      writeFileSync(`${file}.part`, encodeSafetensors(state, metadata));
      renameSync(`${file}.part`, file);
    },
    remove: () => rmSync(file, { force: true }),
  };
}

/** What of src a run's numbers come from. */
const trainingFolders = ['base', 'diffusion', 'evaluation', 'model', 'training'] as const;
const trainingFiles = ['data/batches.ts', 'data/pixels.ts', 'data/shift.ts'] as const;

/** Changes with every line of them: half a run by old code and half by new would be neither's. */
export function codeFingerprint(): string {
  const root = fileURLToPath(new URL('../../src/', import.meta.url));
  const files = trainingFolders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
  return hashOf(...[...files, ...trainingFiles].sort().map((file) => `${file}\n${readFileSync(join(root, file), 'utf8')}`));
}

const hashLength = 12;

/** A short name for texts that changes with each of their characters. */
export function hashOf(...texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text);
  return hash.digest('hex').slice(0, hashLength);
}
