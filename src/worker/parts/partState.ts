/** A part as the engine keeps it: its weights (made when first needed), its course, and what was last known to be good of it. */
import type { Params } from '../../model/tensors';
import { createBatches, type Batches } from '../../data/batches';
import type { PartSnapshot } from '../protocol';
import type { Part, PartTraining } from './part';
import type { PartContent, PartHistory, SavedPart } from './partStore';

export class PartState {
  readonly part: Part;
  seed = 0;
  /** Replaced, never written to. */
  history: PartHistory = [];
  /** What lies in the store, as far as we know. */
  saved: SavedPart | null = null;
  /** Outside the GPU: what is gone back to when the GPU is lost. */
  lastGood: PartContent | null = null;
  #training: PartTraining | null = null;
  #batches: Batches | null = null;

  constructor(part: Part) {
    this.part = part;
  }

  /** Steps whose results have been read. */
  get stepsDone(): number {
    return this.history.at(-1)?.step ?? 0;
  }

  /** As it was last kept, or from the seed. */
  get training(): PartTraining {
    this.#training ??= this.part.begin(this.seed, this.lastGood ?? undefined);
    return this.#training;
  }

  /** Null before anything was trained. Borrowed, and good until the next step. */
  get weights(): Params | null {
    return this.stepsDone > 0 ? this.training.weights() : null;
  }

  batches(counts: readonly number[]): Batches {
    this.#batches ??= createBatches({ counts, seed: this.seed, batchSize: this.part.batchSize });
    return this.#batches;
  }

  /** Everything forgotten. */
  reset(seed: number): void {
    this.release();
    this.seed = seed;
    this.#batches = null;
    this.history = [];
    this.lastGood = null;
  }

  /** As it was saved. @throws weights/format */
  restore(saved: SavedPart): void {
    const { content } = saved;
    const training = this.part.begin(content.seed, content);
    this.reset(content.seed);
    this.#training = training;
    this.history = content.history;
    this.lastGood = content;
    this.saved = saved;
  }

  /** Lets go of every tensor; the next use makes them anew from the last good moment. */
  release(): void {
    this.#training?.dispose();
    this.#training = null;
    const stepsDone = this.lastGood?.stepsDone ?? 0;
    this.history = this.history.filter(({ step }) => step <= stepsDone);
  }

  /** Every step must have been read. */
  async keep(): Promise<PartContent> {
    const { seed, history, stepsDone } = this;
    this.lastGood = { seed, history, stepsDone, state: await this.training.exportState() };
    return this.lastGood;
  }

  snapshot(isTraining: boolean): PartSnapshot {
    const { part, stepsDone, seed, history } = this;
    const savedStep = this.saved?.content.stepsDone ?? null;
    return { part: part.name, stepsDone, seed, isTraining, savedStep, parameters: part.parameters, history };
  }
}
