/** Parts at rest, each under one key of the checkpoint store. A write replaces a record as a whole or not at all. */
import { crc32 } from '../../base/checksum';
import { AppError } from '../../base/errors';
import { decodeSafetensors, encodeSafetensors } from '../../model/safetensors';
import { storageFailure, type CheckpointStore } from '../checkpointStore';
import type { PartName, PartProgress } from '../protocol';
import type { PartMoment } from './part';

export type PartHistory = readonly Omit<PartProgress, 'shown'>[];

export interface PartContent extends PartMoment {
  readonly seed: number;
  readonly history: PartHistory;
}

export interface SavedPart {
  readonly content: PartContent;
  /** Grows with every save: of two, the greater is the newer. */
  readonly serial: number;
}

/** Raised whenever what is written below can no longer be read by older code, or theirs by this. */
const partVersion = 1;

interface PartRecord {
  readonly version: number;
  readonly serial: number;
  readonly stepsDone: number;
  readonly seed: number;
  readonly weights: Uint8Array;
  /** JSON. */
  readonly history: Uint8Array;
  readonly checksums: readonly number[];
}

const keyOf = (part: PartName): string => `part/${part}`;

/** @returns what was saved of a part; null if nothing was. @throws weights/format, weights/version, when it is of no use */
export async function readPart(store: CheckpointStore, part: PartName): Promise<SavedPart | null> {
  const record = await store.read(keyOf(part));
  if (record === undefined) return null;
  if (!isRecord(record) || checksumsOf(record).join() !== record.checksums.join()) {
    throw new AppError(
      'weights/format',
      'The saved training of this part is damaged, so it begins afresh. Nothing else is affected.',
    );
  }
  if (record.version !== partVersion) {
    throw new AppError(
      'weights/version',
      'The saved training of this part was written by another version of this notebook, so it begins afresh.',
    );
  }
  const { seed, stepsDone, serial } = record;
  const history = JSON.parse(new TextDecoder().decode(record.history)) as PartHistory; // just checked against its checksum
  return { content: { seed, stepsDone, history, state: decodeSafetensors(record.weights).arrays }, serial };
}

/** @returns its serial @throws storage/full, storage/none */
export async function writePart(
  store: CheckpointStore,
  part: PartName,
  content: PartContent,
  before: SavedPart | null,
): Promise<SavedPart> {
  const { seed, stepsDone, history, state } = content;
  const bytes = {
    weights: encodeSafetensors(state, { part, step: String(stepsDone) }),
    history: new TextEncoder().encode(JSON.stringify(history)),
  };
  // The clock makes it grow across tabs as well.
  const serial = Math.max((before?.serial ?? 0) + 1, Date.now());
  const record: PartRecord = { version: partVersion, serial, stepsDone, seed, ...bytes, checksums: checksumsOf(bytes) };
  try {
    await store.write(keyOf(part), record);
  } catch (thrown) {
    throw storageFailure(thrown, before?.content.stepsDone ?? null);
  }
  return { content, serial };
}

function checksumsOf({ weights, history }: Pick<PartRecord, 'weights' | 'history'>): readonly number[] {
  return [crc32(weights), crc32(history)];
}

function isRecord(record: unknown): record is PartRecord {
  if (typeof record !== 'object' || record === null) return false;
  const { version, serial, stepsDone, seed, weights, history, checksums } = record as Partial<Record<keyof PartRecord, unknown>>;
  return (
    [version, serial, stepsDone, seed].every((value) => typeof value === 'number') &&
    weights instanceof Uint8Array &&
    history instanceof Uint8Array &&
    Array.isArray(checksums)
  );
}
