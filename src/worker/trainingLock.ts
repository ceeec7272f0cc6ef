/** One tab trains at a time: two would fight for the processor and overwrite each other's weights. Held while training runs. */
import { AppError } from '../base/errors';
import type { EngineHost } from './host';

const lockName = 'diffusion-training';

export interface TrainingLock {
  /** Does nothing if it is held already. @throws tab/busy, when another tab holds it */
  acquire(): Promise<void>;
  release(): void;
}

export function createTrainingLock(locks: EngineHost['locks']): TrainingLock {
  let letGo: (() => void) | null = null;
  /** Settles when the browser has taken the lock back: asking sooner would find it still held, by ourselves. */
  let returned: Promise<unknown> = Promise.resolve();

  const ask = (manager: Pick<LockManager, 'request'>): Promise<boolean> =>
    new Promise((resolve, reject) => {
      returned = manager
        .request(lockName, { ifAvailable: true }, (lock) => {
          resolve(lock !== null);
          return lock === null ? undefined : new Promise<void>((done) => (letGo = done));
        })
        .catch(reject);
    });

  return {
    acquire: async () => {
      if (!locks || letGo) return;
      await returned;
      if (letGo || (await ask(locks))) return;
      throw new AppError(
        'tab/busy',
        'Another tab of this notebook is training. Pause it there, or close that tab, and press Train again.',
      );
    },
    release: () => {
      letGo?.();
      letGo = null;
    },
  };
}
