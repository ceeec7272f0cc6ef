import { afterEach, describe, expect, it, vi } from 'vitest';
import { LiveQuality, type LiveAsk, type Measures } from '../../lessons/samplers/qualityLive.svelte';
import { AppError } from '../../src/base/errors';
import { createRng } from '../../src/base/rng';
import type { SampleRequest } from '../../src/worker/protocol';

const pixels = 28 * 28;
const ask: LiveAsk = {
  source: { kind: 'recorded' },
  sampler: 'ddim',
  evaluations: [2, 4],
  n: 50,
  referenceAddress: '/weights/judge-reference.safetensors',
};

/** Draws noise in the place of digits, and judges it at random; holds back the drawings from `pauseAt` on until cancelled. */
function engine({ pauseAt = Infinity }: { readonly pauseAt?: number } = {}): { session: Measures; requests: SampleRequest[] } {
  const requests: SampleRequest[] = [];
  const rng = createRng(3);
  return {
    requests,
    session: {
      sample: (request, { signal } = {}) => {
        requests.push(request);
        const held = requests.length > pauseAt;
        const frame = {
          i: 0,
          t: 0,
          alphaBar: 1,
          nfe: request.steps,
          x0: null,
          eps: null,
          noise: null,
          attention: null,
          decoded: null,
        };
        return {
          summary: Promise.resolve({
            nfe: request.steps,
            ms: 80,
            backend: 'cpu',
            predictionType: 'x0',
            trainedSteps: 1000,
            imageSize: 28,
            flopsPerEvaluation: 1,
            parameters: 1,
          }),
          async *[Symbol.asyncIterator]() {
            if (held) {
              await new Promise((_, reject) =>
                signal?.addEventListener('abort', () => reject(new AppError('request/cancelled', 'Cancelled.'))),
              );
            }
            yield { ...frame, xt: rng.normals(request.labels.length * pixels) };
          },
        };
      },
      judge: (drawn) =>
        Promise.resolve({
          probabilities: new Float32Array((drawn.length / pixels) * 10).fill(0.1),
          features: rng.normals((drawn.length / pixels) * 64),
        }),
    },
  };
}

afterEach(() => vi.restoreAllMocks());

describe('measuring here', () => {
  it('adds a point for each walk as it ends', async () => {
    const live = new LiveQuality();
    const { session, requests } = engine();
    await live.measure(session, ask);
    expect(live.failure).toBeNull();
    expect(live.points.map(({ nfe, n, trainedSteps }) => [nfe, n, trainedSteps])).toEqual([
      [2, 50, 1000],
      [4, 50, 1000],
    ]);
    expect(live.points.every(({ fd }) => fd > 0)).toBe(true);
    expect(requests.map(({ steps, labels }) => [steps, labels.length])).toEqual([
      [2, 20],
      [2, 20],
      [2, 10],
      [4, 20],
      [4, 20],
      [4, 10],
    ]);
    expect(requests[1]?.labels.slice(0, 3)).toEqual([0, 1, 2]);
    expect(new Set(requests.slice(0, 3).map(({ seed }) => seed)).size).toBe(3);
    expect(live.msPerEvaluation).toBe(2); // 80 ms for 4 evaluations of the last 10 pictures
    expect(live.busy).toBe(false);
    expect(live.said).toContain('DDIM with 4 evaluations');
  });

  it('compares walks from the same noise, and takes other noise the next time', async () => {
    const live = new LiveQuality();
    const { session, requests } = engine();
    await live.measure(session, ask);
    expect(requests[3]?.seed).toBe(requests[0]?.seed);
    await live.measure(session, ask);
    expect(requests[6]?.seed).not.toBe(requests[0]?.seed);
    expect(live.points).toHaveLength(4);
  });

  it('stops when told to, and keeps the points that are there', async () => {
    const live = new LiveQuality();
    const { session } = engine({ pauseAt: 4 }); // within the second walk
    const measuring = live.measure(session, ask);
    await vi.waitFor(() => expect(live.progress).toEqual({ nfe: 4, drawn: 20, n: 50 }));
    live.cancel();
    await measuring;
    expect(live.busy).toBe(false);
    expect(live.points.map(({ nfe }) => nfe)).toEqual([2]);
    expect(live.failure).toBeNull();
    expect(live.said).toBe('Stopped.');
  });

  it('says what went wrong', async () => {
    const live = new LiveQuality();
    vi.spyOn(globalThis, 'fetch').mockResolvedValueOnce(new Response(null, { status: 404 }));
    await live.measure(engine().session, ask);
    expect(live.failure).toMatchObject({ code: 'data/fetch', detail: 'status 404' });
    expect(live.points).toEqual([]);
    expect(live.busy).toBe(false);
    await live.measure(engine().session, ask); // and the next one works
    expect(live.failure).toBeNull();
    expect(live.points).toHaveLength(2);
  });
});
