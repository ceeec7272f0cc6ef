/** Where checkpoints lie: the browser's IndexedDB, one record a slot. A write replaces a record as a whole or not at all. */
import { openDB } from 'idb';
import { AppError } from '../base/errors';

export interface CheckpointStore {
  /** Whatever lies there, undefined if nothing does; not to be trusted before it is checked. */
  read(key: string): Promise<unknown>;
  /** @throws storage/full; storage/none, for any other reason */
  write(key: string, record: object): Promise<void>;
  remove(key: string): Promise<void>;
}

const databaseName = 'diffusion-by-hand';
const databaseVersion = 1;
const table = 'checkpoints';

/** @throws storage/none, in a private window or where the reader has blocked it */
export async function openIndexedDb(): Promise<CheckpointStore> {
  if (typeof indexedDB === 'undefined') throw noStorage('there is no IndexedDB');
  const database = await openDB(databaseName, databaseVersion, {
    upgrade: (fresh) => void fresh.createObjectStore(table),
  }).catch((thrown: unknown) => {
    throw noStorage(String(thrown));
  });
  return {
    read: (key) => database.get(table, key),
    write: async (key, record) => void (await database.put(table, record, key)),
    remove: (key) => database.delete(table, key),
  };
}

/** What a failed write means to the reader. */
export function storageFailure(thrown: unknown, savedStep: number | null): AppError {
  const kept = savedStep === null ? 'Nothing of this run is saved yet' : `What is saved is step ${savedStep}`;
  if (isQuotaError(thrown)) {
    const message = `The browser has no room left to save this run. ${kept}; training goes on, but a reload would lose what came after. Free some space to save again.`;
    return new AppError('storage/full', message, String(thrown));
  }
  return new AppError('storage/none', `This run could not be saved. ${kept}; training goes on.`, String(thrown));
}

function isQuotaError(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'QuotaExceededError';
}

function noStorage(detail: string): AppError {
  const message =
    'This browser stores nothing for this page (a private window, or storage is blocked). Training works, but is gone after a reload.';
  return new AppError('storage/none', message, detail);
}
