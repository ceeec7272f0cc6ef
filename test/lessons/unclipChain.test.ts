/** What the lesson asks the engine for, and in which order: a chain with and without the prior, and the rows of the live figures. */
import { describe, expect, it } from 'vitest';
import { runChain, type ChainAsk, type ChainListener } from '../../lessons/unclip/chainParts';
import { betweenRows, guidedRows, manyPictures, manyRows, skipCaptions, skipRows, wordRows } from '../../lessons/unclip/rowPlans';
import { rowOf } from '../../lessons/unclip/requests';
import { wordPair } from '../../lessons/unclip/wordPairs';
import type { PriorRequest, SampleFrame, SampleRequest } from '../../src/worker/protocol';

const { signal } = new AbortController();
const width = 32;

/** An engine that gives the n-th caption or picture the n-th axis, and the prior's samples the axes from the 20th on. */
function fakeEngine(): {
  readonly session: Parameters<typeof runChain>[0];
  readonly drawn: SampleRequest[];
  readonly priors: PriorRequest[];
} {
  const drawn: SampleRequest[] = [];
  const priors: PriorRequest[] = [];
  const axes = (count: number, first: number): Float32Array => {
    const rows = new Float32Array(count * width);
    for (let i = 0; i < count; i += 1) rows[i * width + first + i] = 1;
    return rows;
  };
  const ask = (name: string, asked: object, options: { onPart?: (part: object) => void } = {}): Promise<object> => {
    if (name === 'embed.captions')
      return Promise.resolve({ embeddings: axes((asked as { captions: string[] }).captions.length, 0) });
    if (name === 'embed.pictures') {
      return Promise.resolve({ embeddings: axes((asked as { pixels: Float32Array }).pixels.length / 784, 10) });
    }
    const request = asked as PriorRequest;
    priors.push(request);
    options.onPart?.({ i: 1, t: 0, alphaBar: 1, nfe: 1, xt: axes(request.captions.length, 20), x0: null });
    return Promise.resolve({});
  };
  async function* sample(request: SampleRequest): AsyncGenerator<SampleFrame> {
    drawn.push(request);
    const xt = new Float32Array(request.labels.length * 784).fill(drawn.length / 10);
    yield await Promise.resolve({
      i: 0,
      t: 0,
      alphaBar: 1,
      nfe: 1,
      xt,
      x0: null,
      eps: null,
      noise: null,
      attention: null,
      decoded: null,
    });
  }
  const session = {
    ask,
    sample: (request: SampleRequest) => Object.assign(sample(request), { summary: Promise.resolve({ nfe: 1, ms: 1 }) }),
  } as unknown as Parameters<typeof runChain>[0];
  return { session, drawn, priors };
}

const chain: ChainAsk = {
  caption: 'a thick seven',
  count: 3,
  hasPrior: true,
  priorScale: 2,
  guidanceScale: 1.5,
  trained: 1000,
  upFrom: null,
  seed: 5,
};

function told(): { readonly listener: ChainListener; readonly parts: string[] } {
  const parts: string[] = [];
  const listener = {
    signal,
    ontext: () => parts.push('text'),
    onprior: () => parts.push('prior'),
    ondecoder: () => parts.push('decoder'),
    onup: (stage: number) => parts.push(`up ${stage}`),
  };
  return { listener, parts };
}

describe('the chain', () => {
  it('goes from the caption through the prior to the decoder, which is not told the caption', async () => {
    const { session, drawn, priors } = fakeEngine();
    const { listener, parts } = told();
    await runChain(session, chain, listener);
    expect(parts).toEqual(['text', 'prior', 'decoder']);
    expect(priors[0]).toMatchObject({ captions: ['a thick seven', 'a thick seven', 'a thick seven'], guidanceScale: 2, seed: 5 });
    expect(drawn).toHaveLength(1);
    expect(drawn[0]?.prompts).toBeUndefined();
    expect(drawn[0]).toMatchObject({ guidanceScale: 1.5, labels: [null, null, null] });
    expect(rowOf(drawn[0]?.vectors ?? new Float32Array(), 1)[21]).toBe(1);
  });

  it('gives the decoder the caption’s own embedding, as often as there are pictures, where the prior is skipped', async () => {
    const { session, drawn, priors } = fakeEngine();
    const { listener, parts } = told();
    await runChain(session, { ...chain, hasPrior: false }, listener);
    expect(parts).toEqual(['text', 'decoder']);
    expect(priors).toEqual([]);
    for (let i = 0; i < 3; i += 1) expect(rowOf(drawn[0]?.vectors ?? new Float32Array(), i)[0]).toBe(1);
  });

  it('hands the decoder’s picture, made small, to lesson 7’s upsamplers, which are told nothing else', async () => {
    const { session, drawn } = fakeEngine();
    const { listener, parts } = told();
    await runChain(session, { ...chain, upFrom: 14 }, listener);
    expect(parts).toEqual(['text', 'prior', 'decoder', 'up 0']);
    expect(drawn[1]?.source).toEqual({ kind: 'recorded', name: 'up-28-plain' });
    expect(drawn[1]?.labels).toEqual([null, null, null]);
    expect(drawn[1]?.condition?.pixels).toHaveLength(3 * 14 * 14);
    expect(drawn[1]?.condition?.pixels[0]).toBeCloseTo(0.1);
  });
});

describe('the rows of the live figures', () => {
  const picture = new Float32Array(784);

  it('draw the same captions from the same noise in both ways', async () => {
    const { session } = fakeEngine();
    const rows = await skipRows(session, { trained: 500, priorScale: 2, guidanceScale: 2, seed: 9 }, signal);
    expect(rows.map(({ id }) => id)).toEqual(['prior', 'caption']);
    expect(new Set(rows.map(({ request }) => request.seed))).toEqual(new Set([9]));
    expect(rowOf(rows[0]?.request.vectors ?? picture, 2)[22]).toBe(1);
    expect(rowOf(rows[1]?.request.vectors ?? picture, 2)[2]).toBe(1);
    expect(rows[0]?.asked).toHaveLength(skipCaptions.length);
    expect(rows[0]?.asked[0]).toEqual({ digit: 7, slant: 2, thickness: 0, width: 0 });
  });

  it('draw one embedding from other noises, and once from the noise that the picture leads up to', async () => {
    const { session, drawn } = fakeEngine();
    const rows = await manyRows(session, { picture, guidanceScale: 1.5, seed: 1 }, signal);
    expect(drawn[0]).toMatchObject({ sampler: 'ddim-inversion', guidanceScale: 1, start: { t: 0 } });
    const [back, many] = rows;
    expect(back?.request).toMatchObject({ guidanceScale: 1, start: { t: 1000 } });
    expect(back?.request.start?.x[0]).toBeCloseTo(0.1); // what the way up ended with
    expect(many?.request.labels).toHaveLength(manyPictures);
    expect(many?.request.start).toBeUndefined();
  });

  it('walk between two pictures from one noise a row', async () => {
    const { session } = fakeEngine();
    const rows = await betweenRows(session, { pictures: new Float32Array(2 * 784), guidanceScale: 1, seed: 3 }, signal);
    expect(rows).toHaveLength(3);
    const [first, second] = rows.map(({ request }) => request);
    expect(first?.vectors).toEqual(second?.vectors);
    expect(first?.start?.x[0]).not.toBe(second?.start?.x[0]);
    expect(rowOf(first?.vectors ?? picture, 0)[10]).toBe(1);
    expect(rowOf(first?.vectors ?? picture, 8)[11]).toBeCloseTo(1);
  });

  it('turn a picture towards a difference of captions', async () => {
    const { session } = fakeEngine();
    const rows = await wordRows(session, { picture, pair: wordPair('thick'), guidanceScale: 1, seed: 3 }, signal);
    const last = rowOf(rows[0]?.request.vectors ?? picture, 6);
    expect(last[1]).toBeGreaterThan(0.4); // towards “thick”
    expect(last[0]).toBeLessThan(-0.4); // away from “thin”
    expect(last[10]).toBeGreaterThan(0.5); // and still the picture
  });

  it('vary the two guidances, with one noise for all', async () => {
    const { session, priors } = fakeEngine();
    const rows = await guidedRows(session, { caption: 'a five', trained: 250, seed: 2 }, signal);
    expect(rows.map(({ request }) => request.guidanceScale)).toEqual([1, 1, 2, 2, 4]);
    expect(priors.map(({ guidanceScale }) => guidanceScale)).toEqual([1, 2, 1, 2, 4]);
    expect(new Set(priors.map(({ seed }) => seed))).toEqual(new Set([2]));
  });
});
