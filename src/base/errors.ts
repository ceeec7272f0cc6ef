/**
 * Every failure a reader can meet, as one closed list. A message says what happened, what is safe and what to do;
 * the code lets the page choose the right button to put beside it.
 */
export const errorCodes = [
  'backend/none', // no tfjs backend could be started
  'backend/lost', // the GPU context was lost while running
  'data/fetch', // a shard could not be fetched (offline, 404, time-out)
  'data/format', // a shard arrived, but is truncated or damaged
  'shape', // an array or tensor has the wrong shape
  'range', // a setting is outside its range
  'train/diverged', // the loss is NaN or infinite
  'weights/format', // a checkpoint or weight file is damaged
  'weights/version', // a checkpoint was written by another version
  'storage/full', // the browser refused to store more
  'storage/none', // the browser offers no IndexedDB (private window, blocked)
  'tab/busy', // another tab of this notebook is training
  'request/cancelled', // not an error in the page's eyes
  'internal', // a defect of ours
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** What crosses the worker's boundary when something fails. */
export interface Failure {
  readonly code: ErrorCode;
  /** One or two plain sentences for the reader. */
  readonly message: string;
  /** For whoever files a bug: the original error. */
  readonly detail?: string;
}

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly detail?: string;

  constructor(code: ErrorCode, message: string, detail?: string) {
    super(message);
    this.name = 'AppError';
    this.code = code;
    if (detail !== undefined) this.detail = detail;
  }
}

/** Whatever was thrown, as something that can be posted and shown. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof AppError) {
    return thrown.detail === undefined
      ? { code: thrown.code, message: thrown.message }
      : { code: thrown.code, message: thrown.message, detail: thrown.detail };
  }
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return {
    code: 'internal',
    message: 'Something in the notebook itself went wrong. Your saved training is untouched; reload the page to go on.',
    detail,
  };
}

/** The AppError that a Failure came from, so that a client can throw it on its side. */
export function fromFailure(failure: Failure): AppError {
  return new AppError(failure.code, failure.message, failure.detail);
}
