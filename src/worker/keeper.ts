/** Keeps runs safe: a copy outside the GPU at once, and one in the browser's storage as soon as that gets round to it. */
import { toFailure } from '../base/errors';
import type { Checkpoints } from './checkpoints';
import type { Device } from './device';
import type { News } from './protocol';
import type { RunState } from './runState';

export interface Keeper {
  /** Settles when the copy is made; writing it goes on behind. Every step of the run must have been read. @throws backend/lost */
  keep(run: RunState): Promise<void>;
  /** Settles when everything that was kept is written, or has failed to be. */
  written(): Promise<void>;
  /** Forgets what is stored of a run, after the writes that are under way. */
  forget(run: RunState): Promise<void>;
}

/** @param checkpoints null where the browser stores nothing */
export function createKeeper(checkpoints: Checkpoints | null, device: () => Promise<Device>, tell: (news: News) => void): Keeper {
  let writing: Promise<void> = Promise.resolve();

  const inTurn = (work: () => Promise<void>): Promise<void> => {
    writing = writing.then(work).catch((thrown: unknown) => tell({ type: 'notice', failure: toFailure(thrown) }));
    return writing;
  };

  return {
    keep: async (run) => {
      if (run.stepsDone === 0 || run.lastGood?.stepsDone === run.stepsDone) return;
      const state = await (await device()).guard(run.training.exportState());
      const content = run.content(state);
      run.lastGood = content;
      if (run.fingerprint) tell({ type: 'run.kept', runId: run.runId, fingerprint: run.fingerprint });
      if (!checkpoints) return;
      void inTurn(async () => {
        if (run.lastGood === null) return; // reset in the meantime
        await checkpoints.save(content);
        run.savedStep = content.stepsDone;
        tell({ type: 'run.saved', runId: run.runId, step: content.stepsDone });
      });
    },
    written: () => writing,
    forget: (run) =>
      inTurn(async () => {
        await checkpoints?.remove(run.runId);
      }),
  };
}
