/** One drawing by the engine, frame by frame as it comes, to be cancelled at any moment; the next one takes its place. */
import { toFailure, type Failure } from '$lib/base/errors';
import type { SampleStream } from '$lib/worker/client';
import type { SampleFrame, SampleRequest, SampleSummary } from '$lib/worker/protocol';

export type DrawingStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'drawing' }
  | { readonly kind: 'done'; readonly summary: SampleSummary }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** The part of the session that draws. */
export interface Draws {
  sample(request: SampleRequest, options: { readonly signal: AbortSignal }): SampleStream;
}

export class Drawing {
  frames = $state.raw<readonly SampleFrame[]>([]);
  request = $state.raw<SampleRequest | null>(null);
  status = $state.raw<DrawingStatus>({ kind: 'idle' });
  readonly busy: boolean = $derived(this.status.kind === 'drawing');
  readonly summary: SampleSummary | null = $derived(this.status.kind === 'done' ? this.status.summary : null);
  /** Steps taken so far. */
  readonly stepsDone: number = $derived(Math.max(0, this.frames.length - 1));
  #stop: AbortController | null = null;

  /**
   * @param onframes told how many frames there are, at most once a repaint
   * @returns whether it was drawn to its end; what went wrong is in `status`
   */
  async draw(session: Draws, request: SampleRequest, onframes?: (count: number) => void): Promise<boolean> {
    this.cancel();
    const stop = new AbortController();
    this.#stop = stop;
    this.request = request;
    this.frames = [];
    this.status = { kind: 'drawing' };
    const arrived: SampleFrame[] = [];
    // Frames may come faster than a screen shows them: published at most once a repaint.
    let repaint = 0;
    const publish = (): void => {
      repaint = 0;
      if (this.#stop !== stop) return;
      this.frames = [...arrived];
      onframes?.(arrived.length);
    };
    try {
      const stream = session.sample(request, { signal: stop.signal });
      for await (const frame of stream) {
        arrived.push(frame);
        if (repaint === 0) repaint = requestAnimationFrame(publish);
      }
      const summary = await stream.summary;
      if (this.#stop !== stop) return false;
      cancelAnimationFrame(repaint);
      publish();
      this.status = { kind: 'done', summary };
      return true;
    } catch (thrown) {
      cancelAnimationFrame(repaint);
      if (this.#stop !== stop) return false;
      const failure = toFailure(thrown);
      this.status = failure.code === 'request/cancelled' ? { kind: 'cancelled' } : { kind: 'failed', failure };
      return false;
    }
  }

  /** Stops it, and keeps the frames that have come. */
  cancel(): void {
    const stop = this.#stop;
    this.#stop = null;
    stop?.abort();
    if (this.busy) this.status = { kind: 'cancelled' };
  }
}
