/**
 * Two slots for each run, written in turn: the newest checkpoint and the one before. A save that fails, or a browser that is
 * closed in the middle of one, leaves the other slot as it was.
 */
import { AppError } from '../base/errors';
import { decodeCheckpoint, encodeCheckpoint, isCheckpoint, type Checkpoint, type RunContent } from './checkpoint';
import { storageFailure, type CheckpointStore } from './checkpointStore';
import type { RunId } from './protocol';

export interface Checkpoints {
  /**
   * The newest whole checkpoint, null if there is none. Damaged ones are passed over and told.
   * @param accept turns the content into what is wanted; a throw counts as damage
   */
  restore<T>(runId: RunId, accept: (content: RunContent) => T): Promise<T | null>;
  /** True when another tab has saved this run since we last read or wrote it. */
  isOutdated(runId: RunId): Promise<boolean>;
  /** @throws storage/full, storage/none */
  save(content: RunContent): Promise<void>;
  /** Forgets a run, both slots. */
  remove(runId: RunId): Promise<void>;
  /** The step that a reload would go on from. */
  savedStep(runId: RunId): number | null;
  /** The next save finds the store full. */
  fillUp(): void;
  /** Flips some bytes in the newest checkpoint of every run. */
  damage(): Promise<void>;
}

const slots = [0, 1] as const;
type Slot = (typeof slots)[number];
interface Written {
  readonly slot: Slot;
  readonly serial: number;
  readonly stepsDone: number;
}

export function createCheckpoints(store: CheckpointStore, tell: (failure: AppError) => void): Checkpoints {
  /** What is known to be whole and newest, by run. */
  const newest = new Map<RunId, Written>();
  let isFull = false;

  const slotKey = (runId: RunId, slot: Slot): string => `${runId}/${slot}`;

  const write = async (key: string, checkpoint: Checkpoint): Promise<void> => {
    if (isFull) {
      isFull = false;
      throw new DOMException('the store was filled up on purpose', 'QuotaExceededError');
    }
    await store.write(key, checkpoint);
  };

  const serialOf = (record: unknown): number => (isCheckpoint(record) ? record.serial : -1);

  return {
    restore: async (runId, accept) => {
      const found = await Promise.all(slots.map(async (slot) => ({ slot, record: await store.read(slotKey(runId, slot)) })));
      const present = found.filter(({ record }) => record !== undefined).sort((a, b) => serialOf(b.record) - serialOf(a.record));
      const problems: unknown[] = [];
      for (const { slot, record } of present) {
        try {
          const content = decodeCheckpoint(record);
          const result = accept(content);
          newest.set(runId, { slot, serial: serialOf(record), stepsDone: content.stepsDone });
          if (problems.length > 0) tell(olderUsed(content.stepsDone, problems));
          return result;
        } catch (thrown) {
          problems.push(thrown);
        }
      }
      if (problems.length > 0) tell(noneUsable(problems));
      return null;
    },
    isOutdated: async (runId) => {
      const records = await Promise.all(slots.map((slot) => store.read(slotKey(runId, slot))));
      return Math.max(...records.map(serialOf)) > (newest.get(runId)?.serial ?? -1);
    },
    save: async (content) => {
      const { id } = content.recipe;
      const before = newest.get(id);
      const slot: Slot = before?.slot === 0 ? 1 : 0;
      // The clock makes it grow across tabs and resets as well.
      const serial = Math.max((before?.serial ?? 0) + 1, Date.now());
      try {
        await write(slotKey(id, slot), encodeCheckpoint(content, serial));
      } catch (thrown) {
        throw storageFailure(thrown, before?.stepsDone ?? null);
      }
      newest.set(id, { slot, serial, stepsDone: content.stepsDone });
    },
    remove: async (runId) => {
      newest.delete(runId);
      await Promise.all(slots.map((slot) => store.remove(slotKey(runId, slot))));
    },
    savedStep: (runId) => newest.get(runId)?.stepsDone ?? null,
    fillUp: () => {
      isFull = true;
    },
    damage: async () => {
      for (const [runId, { slot }] of newest) {
        const key = slotKey(runId, slot);
        const record = await store.read(key);
        if (isCheckpoint(record)) await store.write(key, { ...record, weights: withFlippedBytes(record.weights) });
      }
    },
  };
}

function withFlippedBytes(bytes: Uint8Array): Uint8Array {
  const flipped = bytes.slice();
  const middle = flipped.length >> 1;
  flipped.set(
    flipped.subarray(middle, middle + 16).map((byte) => byte ^ 0xff),
    middle,
  );
  return flipped;
}

function olderUsed(step: number, problems: readonly unknown[]): AppError {
  const message = `The newest save of this run is damaged, so the one before it is used: training goes on from step ${step}.`;
  return new AppError('weights/format', message, problems.join('\n'));
}

function noneUsable(problems: readonly unknown[]): AppError {
  const [first] = problems;
  if (first instanceof AppError && first.code === 'weights/version') return first;
  return new AppError(
    'weights/format',
    'The saved training is damaged and cannot be used, so this run begins afresh. Nothing else is affected.',
    problems.join('\n'),
  );
}
