/**
 * Something that the page trains and that is no denoiser: an autoencoder, an embedding. `definePart` says what is peculiar to one; the
 * loop, the storage and the commands are everybody's (../partCommands.ts).
 */
import { AppError } from '../../base/errors';
import type { NamedArrays } from '../../model/config';
import { elements } from '../../model/parameters';
import type { Params } from '../../model/tensors';
import type { Batch } from '../../training/noising';
import { createPartRun, type Objective, type PartReport, type PartSettings } from '../../training/partRun';
import type { PartName, PartProgress, PartShown } from '../protocol';

export interface PartDefinition<Prepared> {
  readonly name: PartName;
  readonly objective: Objective<Prepared>;
  readonly settings: PartSettings;
  /** Pictures of a step. */
  readonly batchSize: number;
  /** From pictures to what the objective wants; a pure function of them, the seed and the step (1 for the first). */
  readonly prepare: (pictures: Batch, seed: number, step: number) => Prepared;
  /** Of a step's batch, for the page. */
  readonly measures: (report: PartReport) => PartProgress['measures'];
  /** Pictures that `show` is given: the first of each class, or so many of the first shard. */
  readonly examples: 'one of each' | number;
  /** @param params the averaged weights, borrowed */
  readonly show: (params: Params, examples: Batch) => Promise<PartShown>;
}

export interface Part extends Pick<PartDefinition<unknown>, 'name' | 'batchSize' | 'examples' | 'show'> {
  readonly parameters: number;
  /** @throws weights/format, when what is resumed does not fit */
  readonly begin: (seed: number, resumed?: PartMoment) => PartTraining;
}

/** What can be gone back to. */
export interface PartMoment {
  readonly stepsDone: number;
  readonly state: NamedArrays;
}

export interface PartTraining {
  /** Steps dispatched. */
  readonly stepsDone: number;
  readonly step: (pictures: Batch) => void;
  /** @throws train/diverged */
  readonly flush: () => Promise<readonly Omit<PartProgress, 'shown' | 'ms'>[]>;
  /** Averaged; borrowed, and good until the next step. */
  readonly weights: () => Params;
  readonly exportState: () => Promise<NamedArrays>;
  readonly dispose: () => void;
}

export function definePart<Prepared>(definition: PartDefinition<Prepared>): Part {
  const { name, batchSize, examples, show, objective, settings, prepare, measures } = definition;
  return {
    ...{ name, batchSize, examples, show },
    parameters: objective.parameters.reduce((sum, { shape }) => sum + elements(shape), 0),
    begin: (seed, resumed) => {
      const run = createPartRun(objective, settings, seed, resumed);
      return {
        get stepsDone() {
          return run.stepsDone;
        },
        step: (pictures) => run.step(prepare(pictures, seed, run.stepsDone + 1)),
        flush: async () =>
          (await run.flush()).map((report) => ({ step: report.step, loss: report.loss, measures: measures(report) })),
        weights: () => run.weights('ema'),
        exportState: run.exportState,
        dispose: run.dispose,
      };
    },
  };
}

/** @throws range, for a name from the other side of the wire that is no part's */
export function partNamed(parts: readonly Part[], name: string): Part {
  const found = parts.find((part) => part.name === name);
  if (!found) throw new AppError('range', `There is nothing named “${name}” to train.`);
  return found;
}
