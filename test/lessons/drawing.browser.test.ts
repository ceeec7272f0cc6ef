import { describe, expect, it } from 'vitest';
import { Drawing, type Draws } from '../../lessons/reverse-process/drawing.svelte';
import { AppError } from '../../src/base/errors';
import type { SampleFrame, SampleRequest, SampleSummary } from '../../src/worker/protocol';

const request: SampleRequest = {
  source: { kind: 'recorded' },
  sampler: 'ddpm',
  samplerParams: {},
  steps: 2,
  spacing: 'trailing',
  guidanceScale: 1,
  clip: true,
  seed: 1,
  labels: [null],
  frames: 'all',
};
const summary: SampleSummary = {
  nfe: 2,
  ms: 5,
  backend: 'cpu',
  predictionType: 'x0',
  trainedSteps: 9,
  imageSize: 28,
  flopsPerEvaluation: 1,
  parameters: 1,
};

function frame(i: number): SampleFrame {
  return {
    i,
    t: 1000 - 500 * i,
    alphaBar: i / 2,
    nfe: i,
    xt: Float32Array.of(i),
    x0: null,
    eps: null,
    noise: null,
    attention: null,
    decoded: null,
  };
}

/** Sends frames when told to, as an engine would in its own time. */
function engine(): {
  session: Draws;
  send: (i: number) => void;
  finish: () => void;
  fail: (thrown: unknown) => void;
  aborted: () => boolean;
} {
  let wake: () => void = () => undefined;
  const queue: SampleFrame[] = [];
  let over = false;
  let failure: unknown = null;
  let signal: AbortSignal | undefined;
  const session: Draws = {
    sample: (_, options) => {
      signal = options.signal;
      signal.addEventListener('abort', () => ((failure = new AppError('request/cancelled', 'Cancelled.')), wake()));
      return {
        summary: Promise.resolve(summary),
        async *[Symbol.asyncIterator]() {
          for (;;) {
            if (failure !== null) throw failure;
            const next = queue.shift();
            if (next) yield next;
            else if (over) return;
            else await new Promise<void>((resolve) => (wake = resolve));
          }
        },
      };
    },
  };
  return {
    session,
    send: (i) => (queue.push(frame(i)), wake()),
    finish: () => ((over = true), wake()),
    fail: (thrown) => ((failure = thrown), wake()),
    aborted: () => signal?.aborted ?? false,
  };
}

describe('a drawing', () => {
  it('shows frames while they come, and the summary when it is done', async () => {
    const { session, send, finish } = engine();
    const drawing = new Drawing();
    const counts: number[] = [];
    const done = drawing.draw(session, request, (count) => counts.push(count));
    expect(drawing.busy).toBe(true);
    send(0);
    await expect.poll(() => drawing.frames.length).toBe(1);
    send(1);
    send(2);
    finish();
    expect(await done).toBe(true);
    expect(drawing.frames.map(({ i }) => i)).toEqual([0, 1, 2]);
    expect(drawing.stepsDone).toBe(2);
    expect(drawing.summary).toEqual(summary);
    expect([counts[0], counts.at(-1)]).toEqual([1, 3]);
  });

  it('keeps what came before it was stopped, and stops the engine', async () => {
    const { session, send, aborted } = engine();
    const drawing = new Drawing();
    const done = drawing.draw(session, request);
    send(0);
    await expect.poll(() => drawing.frames.length).toBe(1);
    drawing.cancel();
    expect(await done).toBe(false);
    expect(aborted()).toBe(true);
    expect(drawing.status).toEqual({ kind: 'cancelled' });
    expect(drawing.frames).toHaveLength(1);
  });

  it('gives way to the next one, whose frames are never mixed with the first one’s', async () => {
    const [first, second] = [engine(), engine()];
    const drawing = new Drawing();
    const before = drawing.draw(first.session, request);
    first.send(0);
    await expect.poll(() => drawing.frames.length).toBe(1);
    const after = drawing.draw(second.session, { ...request, seed: 2 });
    expect(first.aborted()).toBe(true);
    first.send(1);
    second.send(2);
    second.finish();
    expect(await before).toBe(false);
    expect(await after).toBe(true);
    expect(drawing.request?.seed).toBe(2);
    expect(drawing.frames.map(({ i }) => i)).toEqual([2]);
  });

  it('says why it failed', async () => {
    const { session, fail } = engine();
    const drawing = new Drawing();
    const done = drawing.draw(session, request);
    fail(new AppError('data/fetch', 'No model.'));
    expect(await done).toBe(false);
    expect(drawing.status).toEqual({ kind: 'failed', failure: { code: 'data/fetch', message: 'No model.' } });
  });
});
