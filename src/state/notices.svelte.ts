/** What went wrong and has not been waved away yet. */
import { toFailure, type Failure } from '../base/errors';

export interface Notice {
  readonly id: number;
  readonly failure: Failure;
}

export class Notices {
  list = $state.raw<readonly Notice[]>([]);
  #lastId = 0;

  /** A failure that is shown already moves to the end instead of being shown twice; a cancellation is no failure. */
  add(thrown: unknown): void {
    const failure = isFailure(thrown) ? thrown : toFailure(thrown);
    if (failure.code === 'request/cancelled') return;
    this.#lastId += 1;
    const others = this.list.filter((notice) => notice.failure.message !== failure.message);
    this.list = [...others, { id: this.#lastId, failure }];
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }
}

function isFailure(thrown: unknown): thrown is Failure {
  return typeof thrown === 'object' && thrown !== null && !(thrown instanceof Error) && 'code' in thrown && 'message' in thrown;
}
