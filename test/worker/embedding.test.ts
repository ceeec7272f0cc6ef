/** What the engine says of the space that pictures and captions share, over the wire: with weights of the shipped size, untrained. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../src/base/errors';
import { createRng } from '../../src/base/rng';
import { initialiseParameters } from '../../src/model/initialise';
import { encodeSafetensors } from '../../src/model/safetensors';
import { shippedParts } from '../../src/training/shippedParts';
import type { PriorFrame, PriorRequest, PriorSummary } from '../../src/worker/protocol';
import { harness, smallSite, type Harness } from './support/harness';

vi.setConfig({ testTimeout: 60_000 });

const width = 32;
const parts = Object.entries(shippedParts).map(([name, { parameters }]) => {
  // Livelier than a fresh network, so that everything that is told matters.
  const lively = parameters().map((spec) => ({ ...spec, start: { kind: 'uniform', fanIn: 16 } as const }));
  return [`${name}.safetensors`, encodeSafetensors(initialiseParameters(lively, createRng(2)), {})] as const;
});

const opened: Harness[] = [];
async function open(files: typeof parts = parts): Promise<Harness> {
  const site = smallSite();
  for (const [name, bytes] of files) site.set(name, bytes);
  const made = harness({ site });
  opened.push(made);
  await made.ready();
  return made;
}
afterEach(() => {
  for (const { client } of opened.splice(0)) client.close();
});

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : thrown),
  );
const captionsOf = async (engine: Harness, captions: readonly (string | null)[]): Promise<Float32Array> =>
  (await engine.client.call('embed.captions', { captions })).embeddings;
const rowOf = (rows: Float32Array, i: number): Float32Array => rows.slice(i * width, (i + 1) * width);
const lengthOf = (row: Float32Array): number => Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
const tensors = async (engine: Harness): Promise<number> => (await engine.client.call('memory', {})).tensors;

describe('embeddings', () => {
  const pictures = createRng(3, 'pictures').normals(130 * 784);

  test('of pictures: arrows of length 1, each independent of the others, and no tensor is left', async () => {
    const engine = await open();
    const before = await tensors(engine);
    const { embeddings } = await engine.client.call('embed.pictures', { pixels: pictures });
    expect(embeddings.length).toBe(130 * width);
    for (let i = 0; i < 130; i += 1) expect(lengthOf(rowOf(embeddings, i))).toBeCloseTo(1, 5);
    const alone = await engine.client.call('embed.pictures', { pixels: pictures.slice(129 * 784) });
    alone.embeddings.forEach((value, i) => expect(value).toBeCloseTo(rowOf(embeddings, 129)[i] ?? NaN, 4));
    expect(await tensors(engine)).toBe(before);
  });

  test('of captions: whatever is typed has a place, and what says nothing lies where “not told” does', async () => {
    const engine = await open();
    const before = await tensors(engine);
    const odd = [
      'a thick seven',
      null,
      '',
      '🎲',
      '<script>alert(1)</script>',
      'seven '.repeat(500),
      'seven seven seven seven seven seven seven seven',
    ];
    const rows = await captionsOf(engine, odd);
    odd.forEach((_, i) => expect(lengthOf(rowOf(rows, i))).toBeCloseTo(1, 5));
    for (const i of [2, 3, 4]) expect(rowOf(rows, i)).toEqual(rowOf(rows, 1));
    expect(rowOf(rows, 6)).toEqual(rowOf(rows, 5)); // eight words are read
    expect(rowOf(rows, 0)).not.toEqual(rowOf(rows, 1));
    expect(await captionsOf(engine, ['A  THICK Seven!'])).toEqual(rowOf(rows, 0));
    expect(await tensors(engine)).toBe(before);
  });

  test('of too few or too many, of half a picture, and of the reader’s own that is not there, are refused', async () => {
    const engine = await open();
    const { client } = engine;
    expect(await codeOf(client.call('embed.pictures', { pixels: new Float32Array(0) }))).toBe('range');
    expect(await codeOf(client.call('embed.pictures', { pixels: new Float32Array(1001 * 784) }))).toBe('range');
    expect(await codeOf(client.call('embed.pictures', { pixels: new Float32Array(785) }))).toBe('shape');
    expect(await codeOf(client.call('embed.captions', { captions: [] }))).toBe('range');
    expect(await codeOf(client.call('embed.captions', { captions: ['a seven'], name: 'own:contrastive' }))).toBe('range');
    expect(await captionsOf(engine, ['a seven'])).toHaveLength(width); // the engine is none the worse for it
  });

  test('a file that cannot be had is named, and asked for again the next time', async () => {
    const engine = await open([]);
    expect(await codeOf(captionsOf(engine, ['a seven']))).toBe('data/fetch');
    for (const [name, bytes] of parts) engine.site.set(name, bytes);
    expect(await captionsOf(engine, ['a seven'])).toHaveLength(width);
  });

  test('another network’s file is refused', async () => {
    const [contrastive, prior] = parts;
    if (!contrastive || !prior) throw new Error('there are two');
    const engine = await open([[contrastive[0], prior[1]]]);
    expect(await codeOf(captionsOf(engine, ['a seven']))).toBe('weights/format');
  });
});

describe('the prior', () => {
  const request: PriorRequest = { captions: ['a thin one', 'a wide eight'], guidanceScale: 2, seed: 4, steps: 5, frames: 'all' };
  async function sample(
    engine: Harness,
    change: Partial<PriorRequest> = {},
  ): Promise<{ readonly frames: readonly PriorFrame[]; readonly summary: PriorSummary; readonly last: Float32Array }> {
    const frames: PriorFrame[] = [];
    const ask = { ...request, ...change };
    const summary = await engine.client.call('prior.sample', ask, { onPart: (frame) => frames.push(frame) });
    return { frames, summary, last: frames.at(-1)?.xt ?? new Float32Array() };
  }

  test('walks from noise to embeddings of length 1, and no tensor is left', async () => {
    const engine = await open();
    const before = await tensors(engine);
    const { frames, summary, last } = await sample(engine);
    expect(frames.map(({ t }) => t)).toEqual([1000, 800, 600, 400, 200, 0]);
    expect(frames.map(({ x0 }) => x0?.length ?? null)).toEqual([64, 64, 64, 64, 64, null]);
    for (const i of [0, 1]) expect(lengthOf(rowOf(last, i))).toBeCloseTo(1, 6);
    expect(lengthOf(frames[0]?.xt ?? new Float32Array())).toBeGreaterThan(1);
    expect(summary).toMatchObject({ nfe: 10, parameters: 437_280, backend: 'wasm' });
    expect(await tensors(engine)).toBe(before);
  });

  test('gives the same for the same seed, alone or in company, and something else for another seed or caption', async () => {
    const engine = await open();
    const { last } = await sample(engine);
    expect((await sample(engine, { frames: 'last' })).last).toEqual(last);
    const alone = (await sample(engine, { captions: ['a thin one'] })).last;
    alone.forEach((value, i) => expect(value).toBeCloseTo(last[i] ?? NaN, 4));
    expect((await sample(engine, { seed: 5 })).last).not.toEqual(last);
    expect(rowOf((await sample(engine, { captions: ['a thick one', 'a wide eight'] })).last, 0)).not.toEqual(rowOf(last, 0));
  });

  test('an empty caption tells it nothing, so that there is nothing to guide towards', async () => {
    const engine = await open();
    const nothing = await sample(engine, { captions: [null, '🎲'] });
    expect(nothing.summary.nfe).toBe(5);
    expect((await sample(engine, { captions: ['', ''], guidanceScale: 1 })).last).toEqual(nothing.last);
    const guided = await sample(engine, { captions: ['a thin one', null] });
    guided.last.slice(width).forEach((value, i) => expect(value).toBeCloseTo(nothing.last[width + i] ?? NaN, 4));
  });

  test('can be cancelled, and refuses what it cannot do', async () => {
    const engine = await open();
    const before = await tensors(engine);
    const stop = new AbortController();
    const ask = { ...request, steps: 500 };
    const work = engine.client.call('prior.sample', ask, {
      signal: stop.signal,
      onPart: ({ i }) => void (i === 3 && stop.abort()),
    });
    expect(await codeOf(work)).toBe('request/cancelled');
    expect(await codeOf(sample(engine, { captions: new Array<null>(257).fill(null) }))).toBe('range');
    expect(await codeOf(sample(engine, { captions: [] }))).toBe('range');
    expect(await codeOf(sample(engine, { steps: 0 }))).toBe('range');
    expect(await codeOf(sample(engine, { sampler: 'none' }))).toBe('range');
    await sample(engine, { frames: 'last' }); // the cancelled walk has ended by now
    expect(await tensors(engine)).toBe(before);
  });
});
