/**
 * The law of requests: every command ends in exactly one of done, cancelled or failed. A piece of work learns of a cancel
 * through its signal; one that ends anyway before it has looked is simply done.
 */
import { AppError, toFailure } from '../base/errors';
import type { Answer, CallName, Event, Part } from './protocol';

export type Post = (event: Event, transfer: Transferable[]) => void;

export interface Request<C extends CallName> {
  readonly signal: AbortSignal;
  part(part: Part<C>, transfer?: Transferable[]): void;
  /** Ends early, by throwing, if the request has been cancelled. @throws request/cancelled */
  check(): void;
}

export interface Requests {
  run<C extends CallName>(call: C, id: number, work: (request: Request<C>) => Answer<C> | Promise<Answer<C>>): void;
  /** Unknown ids are those that have ended already. */
  cancel(id: number): void;
}

export function createRequests(post: Post): Requests {
  const open = new Map<number, AbortController>();

  return {
    run: (call, id, work) => {
      if (open.has(id)) return; // the first with this id answers it, once
      const abort = new AbortController();
      open.set(id, abort);
      const { signal } = abort;
      const end = (event: Event): void => {
        open.delete(id);
        post(event, []);
      };
      const attempt = async (): Promise<void> => {
        try {
          const answer = await work({
            signal,
            // The pairing of a call's name with its part holds by C; a union can't be built from a generic.
            part: (part, transfer = []) => post({ type: 'part', call, id, part } as Event, transfer),
            check: () => throwIfCancelled(signal),
          });
          end({ type: 'done', call, id, answer } as Event); // as above
        } catch (thrown) {
          end(isCancellation(thrown) ? { type: 'cancelled', id } : { type: 'failed', id, failure: toFailure(thrown) });
        }
      };
      void attempt();
    },
    cancel: (id) => open.get(id)?.abort(),
  };
}

export function isCancellation(thrown: unknown): boolean {
  return thrown instanceof AppError && thrown.code === 'request/cancelled';
}

/** @throws request/cancelled */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('request/cancelled', 'Cancelled.');
}

/**
 * Waits no longer than until the signal is aborted; what was waited for goes on.
 * @throws request/cancelled
 */
export function orCancelled<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new AppError('request/cancelled', 'Cancelled.'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
