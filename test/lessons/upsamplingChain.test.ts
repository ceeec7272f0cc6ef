import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/base/errors';
import { stageSeed } from '../../src/diffusion/cascade';
import type { SampleStream } from '../../src/worker/client';
import type { SampleFrame, SampleRequest, SampleSummary } from '../../src/worker/protocol';
import { drawChain, type ChainStage, type Draws } from '../../lessons/upsampling/chain';
import { walkOf } from '../../lessons/upsampling/chainStages';

const summary: SampleSummary = {
  nfe: 4,
  ms: 10,
  backend: 'wasm',
  predictionType: 'x0',
  trainedSteps: 7,
  imageSize: 7,
  flopsPerEvaluation: 1,
  parameters: 1,
};

function frame(i: number, t: number, value: number): SampleFrame {
  return {
    i,
    t,
    alphaBar: 1,
    nfe: i,
    xt: new Float32Array(4).fill(value),
    x0: null,
    eps: null,
    noise: null,
    attention: null,
    decoded: null,
  };
}

/** Answers each request with two moments, the last of which holds twice the number of the request. */
class FakeEngine implements Draws {
  readonly requests: SampleRequest[] = [];

  sample(request: SampleRequest, { signal }: { readonly signal: AbortSignal }): SampleStream {
    const number = this.requests.push(request);
    async function* frames(): AsyncGenerator<SampleFrame> {
      for (const each of [frame(0, 1000, 9), frame(1, 0, number * 2 - 2.5)]) {
        await Promise.resolve();
        if (signal.aborted) throw new AppError('request/cancelled', 'Cancelled.');
        yield each;
      }
    }
    return { summary: Promise.resolve(summary), [Symbol.asyncIterator]: frames };
  }
}

const stage = (augmentation: number): ChainStage => ({
  ...walkOf({ steps: 3, guidanceScale: 1.5, augmentation }),
  source: { kind: 'recorded' },
});
const stages = [stage(0), stage(2), stage(3)];
const never = new AbortController().signal;

describe('a chain', () => {
  test('hands the end of each stage to the next, limited to what a picture holds, each stage with noise of its own', async () => {
    const engine = new FakeEngine();
    const ends = await drawChain(engine, { stages, labels: [3, null], seed: 5 }, { signal: never });
    const [first, second, third] = engine.requests;
    expect(first?.condition).toBeUndefined();
    expect(second?.condition?.pixels).toEqual(new Float32Array(4).fill(-0.5));
    expect(second?.condition?.augmentation).toBe(2);
    expect(third?.condition?.pixels).toEqual(new Float32Array(4).fill(1)); // 1.5, limited
    expect(third?.condition?.augmentation).toBe(3);
    expect(engine.requests.map(({ seed }) => seed)).toEqual([0, 1, 2].map((i) => stageSeed(5, i)));
    expect(engine.requests.every(({ labels }) => labels.join() === '3,')).toBe(true);
    expect(second).toMatchObject({ sampler: 'ddim', steps: 3, guidanceScale: 1.5, clip: true, frames: 'all' });
    expect(second).not.toHaveProperty('augmentation'); // the wire has it with the picture it is of
    expect(ends.map(({ pixels }) => pixels[0])).toEqual([-0.5, 1, 1]);
  });

  test('may begin with given pictures, and has then the noise that the same stages have in a whole chain', async () => {
    const engine = new FakeEngine();
    const start = new Float32Array(8);
    await drawChain(engine, { stages: stages.slice(1), labels: [1], seed: 5, start, firstStage: 1 }, { signal: never });
    expect(engine.requests[0]?.condition?.pixels).toBe(start);
    expect(engine.requests.map(({ seed }) => seed)).toEqual([stageSeed(5, 1), stageSeed(5, 2)]);
  });

  test('tells each moment and each end with its stage', async () => {
    const heard: string[] = [];
    await drawChain(
      new FakeEngine(),
      { stages, labels: [1], seed: 0 },
      { signal: never, onframe: (at, { t }) => heard.push(`${at}: ${t}`), onstage: (at) => heard.push(`${at} ends`) },
    );
    expect(heard).toEqual(['0: 1000', '0: 0', '0 ends', '1: 1000', '1: 0', '1 ends', '2: 1000', '2: 0', '2 ends']);
  });

  test('stopped in its second stage, asks for no third', async () => {
    const engine = new FakeEngine();
    const stop = new AbortController();
    const drawing = drawChain(
      engine,
      { stages, labels: [1], seed: 0 },
      { signal: stop.signal, onframe: (at) => at === 1 && stop.abort() },
    );
    await expect(drawing).rejects.toMatchObject({ code: 'request/cancelled' });
    expect(engine.requests).toHaveLength(2);
  });
});
