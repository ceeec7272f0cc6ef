/** The reader's runs: one for each recipe, and how they come back from storage and from a lost graphics card. */
import { AppError, toFailure } from '../base/errors';
import { recipeIds } from '../training/recipe';
import type { Checkpoints } from './checkpoints';
import type { Model } from './model';
import type { ModelSource, News, RunId } from './protocol';
import { RunState } from './runState';

export class RunRegistry {
  readonly #runs: ReadonlyMap<RunId, RunState> = new Map(recipeIds.map((id) => [id, new RunState(id)]));
  readonly #checkpoints: Checkpoints | null;
  readonly #tell: (news: News) => void;

  /** @param checkpoints null where the browser stores nothing */
  constructor(checkpoints: Checkpoints | null, tell: (news: News) => void) {
    this.#checkpoints = checkpoints;
    this.#tell = tell;
  }

  get all(): readonly RunState[] {
    return [...this.#runs.values()];
  }

  /** @throws range, for a name from the other side of the wire that is no run's */
  get(runId: RunId): RunState {
    const run = this.#runs.get(runId);
    if (!run) throw new AppError('range', `There is no run named ${String(runId)}.`);
    return run;
  }

  /** @throws range */
  learned({ runId, weights }: Extract<ModelSource, { kind: 'run' }>): { readonly model: Model; readonly trainedSteps: number } {
    const run = this.get(runId);
    return { model: run.model(weights), trainedSteps: run.stepsTaken };
  }

  /** What earlier visits saved; trouble with one run is told and keeps nobody from using the others. */
  async restoreAll(): Promise<void> {
    for (const run of this.all) await this.#restore(run);
  }

  /** Another tab may have trained this run further: going on from what we have would overwrite that. */
  async catchUp(run: RunState): Promise<void> {
    const isOutdated = await this.#checkpoints?.isOutdated(run.runId).catch(() => false); // a store that can't be read is told when it is written to
    if (!isOutdated) return;
    await this.#restore(run);
    this.#tell({ type: 'run.replaced', run: run.snapshot() });
  }

  /** Lets go of every tensor. */
  release(): void {
    for (const run of this.all) run.release();
  }

  /** After `release`, on another backend: every run as it was last kept. */
  revive(): void {
    for (const run of this.all) {
      run.revive();
      this.#tell({ type: 'run.replaced', run: run.snapshot() });
    }
  }

  async #restore(run: RunState): Promise<void> {
    try {
      await this.#checkpoints?.restore(run.runId, (content) => run.restore(content));
    } catch (thrown) {
      this.#tell({ type: 'notice', failure: toFailure(thrown) });
    }
  }
}
