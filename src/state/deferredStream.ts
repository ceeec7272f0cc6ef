import type { SampleStream } from '../worker/client';

/** A stream that can be held before the engine that will draw it has started. */
export function deferredStream(coming: Promise<SampleStream>): SampleStream {
  const summary = coming.then((stream) => stream.summary);
  summary.catch(() => undefined); // whoever iterates is told by the loop
  return {
    summary,
    async *[Symbol.asyncIterator]() {
      yield* await coming;
    },
  };
}
