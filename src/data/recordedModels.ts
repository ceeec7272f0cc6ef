/** What is recorded of the training of a network that ships, or of one that was trained like it from another seed. */
import type { FieldReader } from './recordedFields';

export interface ModelRecord {
  /** As in src/training/shippedModels.ts. */
  readonly name: string;
  readonly seed: number;
  readonly steps: number;
  /** All arithmetic of the training, the optimiser's own included. */
  readonly trainingFlops: number;
  /** Of processor time, on the recording machine. */
  readonly seconds: number;
  readonly parameters: number;
  /** Of its file. */
  readonly bytes: number;
  /** The recording machine, where it is another than the file's: what is trained is not trained again when more is measured elsewhere. */
  readonly device?: string;
}

/** @throws data/format */
export function modelRecordFields(read: FieldReader, entry: unknown): ModelRecord {
  return {
    ...read.texts(entry, ['name']),
    ...read.numbers(entry, ['seed', 'steps', 'trainingFlops', 'seconds', 'parameters', 'bytes']),
    ...(read.part(entry, 'device') === undefined ? {} : read.texts(entry, ['device'])),
  };
}
