/**
 * The page's side of the wire. A call ends in its answer, in an AppError, or, if its signal is aborted, in a
 * `request/cancelled` at once, whatever the engine is busy with. An engine that dies fails everything that was pending.
 */
import { AppError, fromFailure, type Failure } from '../base/errors';
import type { EnginePort } from './port';
import type { Answer, Ask, CallName, Command, Event, News, Part, SampleFrame, SampleRequest, SampleSummary } from './protocol';

export interface CallOptions<C extends CallName> {
  readonly signal?: AbortSignal | undefined;
  readonly onPart?: ((part: Part<C>) => void) | undefined;
}

/** Frames as they are drawn; breaking out of the loop cancels the rest. `summary` settles when drawing has ended. */
export interface SampleStream extends AsyncIterable<SampleFrame> {
  readonly summary: Promise<SampleSummary>;
}

export interface Client {
  call<C extends CallName>(name: C, ask: Ask<C>, options?: CallOptions<C>): Promise<Answer<C>>;
  /** Starts drawing at once. */
  sample(request: SampleRequest, options?: { readonly signal?: AbortSignal | undefined }): SampleStream;
  /** What was told before the first subscription is told to it. @returns a function that ends the subscription */
  subscribe(listener: (news: News) => void): () => void;
  /** Settles when the engine is gone: with what happened if it crashed, with null if it was closed. */
  readonly ended: Promise<Failure | null>;
  close(): void;
}

interface Pending {
  settle(event: Extract<Event, { type: 'done' | 'failed' | 'cancelled' }>): void;
  part(event: Extract<Event, { type: 'part' }>): void;
  crash(failure: Failure): void;
}

export function createClient(port: EnginePort): Client {
  const pending = new Map<number, Pending>();
  const listeners = new Set<(news: News) => void>();
  /** What was told before anybody listened: the engine's first words, spoken while it starts. */
  let early: News[] = [];
  let lastId = 0;
  let death: Failure | null = null;
  let end: (failure: Failure | null) => void = () => undefined;
  const ended = new Promise<Failure | null>((resolve) => (end = resolve));

  const die = (failure: Failure, told: Failure | null): void => {
    if (death) return;
    death = failure;
    for (const request of [...pending.values()]) request.crash(failure);
    end(told);
  };

  port.listen(
    (event) => {
      if (event.type === 'news' && listeners.size === 0) early.push(event.news);
      else if (event.type === 'news') for (const listener of [...listeners]) listener(event.news);
      else if (event.type === 'part') pending.get(event.id)?.part(event);
      else pending.get(event.id)?.settle(event);
    },
    (failure) => {
      die(failure, failure);
      port.close();
    },
  );

  const call = <C extends CallName>(name: C, ask: Ask<C>, options: CallOptions<C> = {}): Promise<Answer<C>> =>
    new Promise((resolve, reject) => {
      const { signal, onPart } = options;
      if (death) return reject(fromFailure(death));
      if (signal?.aborted) return reject(cancelled());
      const id = (lastId += 1);
      const abort = (): void => {
        forget();
        port.post({ type: 'cancel', id }, []);
        reject(cancelled());
      };
      const forget = (): void => {
        pending.delete(id);
        signal?.removeEventListener('abort', abort);
      };
      pending.set(id, {
        settle: (event) => {
          forget();
          if (event.type === 'cancelled') reject(cancelled());
          else if (event.type === 'failed') reject(fromFailure(event.failure));
          // The engine answers an id with the kind of answer that its command asks for; TypeScript can't follow an id.
          else resolve(event.answer as Answer<C>);
        },
        part: (event) => onPart?.(event.part as Part<C>), // the same holds for what comes in between
        crash: (failure) => {
          forget();
          reject(fromFailure(failure));
        },
      });
      signal?.addEventListener('abort', abort, { once: true });
      try {
        // A command is its name, an id and what that name asks for; a generic name keeps TypeScript from seeing the union.
        port.post({ type: name, id, ask } as Command, []);
      } catch (thrown) {
        forget();
        reject(new AppError('internal', 'The notebook sent its engine something that cannot be sent.', String(thrown)));
      }
    });

  return {
    call,
    sample: (request, { signal } = {}) => streamOf(call, request, signal),
    subscribe: (listener) => {
      listeners.add(listener);
      for (const news of early) listener(news);
      early = [];
      return () => listeners.delete(listener);
    },
    ended,
    close: () => {
      die({ code: 'request/cancelled', message: 'The engine was closed.' }, null);
      port.close();
    },
  };
}

function cancelled(): AppError {
  return new AppError('request/cancelled', 'Cancelled.');
}

/** A call with parts, as something to iterate: parts wait in a queue until somebody asks for the next. */
function streamOf(call: Client['call'], request: SampleRequest, outer: AbortSignal | undefined): SampleStream {
  const stop = new AbortController();
  const frames: SampleFrame[] = [];
  let over = false;
  let wake: () => void = () => undefined;
  const stopToo = (): void => stop.abort();
  if (outer?.aborted) stop.abort();
  outer?.addEventListener('abort', stopToo, { once: true });
  const summary = call('sample', request, {
    signal: stop.signal,
    onPart: (frame) => {
      frames.push(frame);
      wake();
    },
  }).finally(() => {
    outer?.removeEventListener('abort', stopToo);
    over = true;
    wake();
  });
  summary.catch(() => undefined); // whoever iterates is told by the loop; nobody need ask for the summary as well

  async function* iterate(): AsyncGenerator<SampleFrame> {
    try {
      for (;;) {
        const frame = frames.shift();
        if (frame) yield frame;
        else if (over) break;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
      await summary;
    } finally {
      stop.abort();
    }
  }
  return { summary, [Symbol.asyncIterator]: iterate };
}
