/** The engine and autoencoders: pictures to latents and back, and networks that draw latents. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../src/base/errors';
import { createRng } from '../../src/base/rng';
import { decodeLatents, encodePictures } from '../../src/model/latents';
import { disposeAll, toTensors } from '../../src/model/tensors';
import { latentRecipe } from '../../src/training/latentRecipes';
import type { Recipe } from '../../src/training/recipe';
import { partAutoencoders } from '../../src/training/shippedAutoencoders';
import type { SampleFrame, SampleRequest } from '../../src/worker/protocol';
import { harness, type Harness } from './support/harness';
import { autoencoderWeights, deviation, latentSite } from './support/latentSite';
import { smallRecipe } from './support/small';

vi.setConfig({ testTimeout: 60_000 });

const opened: Harness[] = [];
async function open(site = latentSite()): Promise<Harness> {
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
const { config } = partAutoencoders.autoencoder;
const pictures = createRng(3).normals(2 * 784);

describe('an autoencoder', () => {
  test('encodes and decodes what the model does, and leaves no tensor behind', async () => {
    const { client } = await open();
    const encoded = await client.call('autoencoder.encode', { name: 'ae-2', pixels: pictures });
    const { pixels } = await client.call('autoencoder.decode', { name: 'ae-2', latents: encoded.mean });
    const before = await client.call('memory', {});
    await client.call('autoencoder.encode', { name: 'ae-2', pixels: pictures });
    await client.call('autoencoder.decode', { name: 'ae-2', latents: encoded.mean });
    expect(await client.call('memory', {})).toEqual(before);

    const params = toTensors(autoencoderWeights);
    const { mean, logVariance } = await encodePictures(params, config, pictures);
    expect(encoded).toEqual({ mean, logVariance, side: 7, channels: 2, deviation });
    expect(pixels).toEqual(await decodeLatents(params, config, mean));
    expect(mean).toHaveLength(2 * 98);
    disposeAll(params);
  });

  test('refuses what it does not know, what does not fit and what is too much', async () => {
    const { client } = await open();
    const encode = (ask: { name: string; pixels: Float32Array }): Promise<unknown> =>
      codeOf(client.call('autoencoder.encode', ask as Parameters<typeof client.call<'autoencoder.encode'>>[1])); // as from another version of the page
    expect(await encode({ name: 'ae-9', pixels: pictures })).toBe('range');
    expect(await encode({ name: 'own:autoencoder', pixels: pictures })).toBe('range'); // nothing was trained
    expect(await encode({ name: 'ae-2', pixels: new Float32Array(0) })).toBe('range');
    expect(await encode({ name: 'ae-2', pixels: new Float32Array(1001 * 784) })).toBe('range');
    expect(await encode({ name: 'ae-2', pixels: new Float32Array(1000) })).toBe('shape');
    expect(await codeOf(client.call('autoencoder.decode', { name: 'ae-2', latents: new Float32Array(99) }))).toBe('shape');
  });

  test('that cannot be fetched is asked for again the next time', async () => {
    const site = latentSite();
    const file = site.get('ae-2.safetensors');
    site.delete('ae-2.safetensors');
    const { client } = await open(site);
    const encode = (): Promise<unknown> => codeOf(client.call('autoencoder.encode', { name: 'ae-2', pixels: pictures }));
    expect(await encode()).toBe('data/fetch');
    if (file) site.set('ae-2.safetensors', file);
    expect(await encode()).toBe('done');
  });
});

describe('a network of latents', () => {
  const request: SampleRequest = {
    source: { kind: 'recorded', name: 'latent@250' },
    sampler: 'ddim',
    samplerParams: { eta: 0 },
    steps: 3,
    spacing: 'trailing',
    guidanceScale: 2,
    clip: true,
    seed: 1,
    labels: [null, null],
    prompts: { captions: ['a thick seven', 'a two'] },
    frames: 'all',
  };
  async function drawn(
    { client }: Harness,
    asked = request,
  ): Promise<{ frames: readonly SampleFrame[]; imageSize: number; nfe: number }> {
    const stream = client.sample(asked);
    const frames: SampleFrame[] = [];
    for await (const frame of stream) frames.push(frame);
    const { imageSize, nfe } = await stream.summary;
    return { frames, imageSize, nfe };
  }

  test('draws with every frame decoded, in the units of its autoencoder', async () => {
    const engine = await open();
    const { frames, imageSize, nfe } = await drawn(engine);
    expect(imageSize).toBe(7);
    expect(nfe).toBe(6); // guided by the captions
    expect(frames.map(({ xt }) => xt.length)).toEqual([196, 196, 196, 196]);
    expect(frames.map(({ decoded }) => [decoded?.xt.length, decoded?.x0?.length ?? null])).toEqual([
      ...[1, 2, 3].map(() => [1568, 1568]),
      [1568, null],
    ]);
    for (const { xt, x0, decoded } of frames) {
      const undivided = (latent: Float32Array): Float32Array => latent.map((value, i) => value * (deviation[i % 2] ?? NaN));
      const { pixels } = await engine.client.call('autoencoder.decode', { name: 'ae-2', latents: undivided(xt) });
      expect(decoded?.xt).toEqual(pixels);
      if (!x0) continue;
      expect(decoded?.x0).toEqual(
        (await engine.client.call('autoencoder.decode', { name: 'ae-2', latents: undivided(x0) })).pixels,
      );
    }
  });

  test('has its guesses limited to four deviations, not to the ±1 of pixels, and only if that is asked for', async () => {
    const engine = await open();
    const most = async (asked: SampleRequest): Promise<number> =>
      Math.max(...(await drawn(engine, asked)).frames.flatMap(({ x0 }) => (x0 ? [Math.max(...x0.map(Math.abs))] : [])));
    // Exaggerated beyond all measure, so that the limit is met.
    const wild = { ...request, guidanceScale: 1000 };
    expect(await most(wild)).toBe(4);
    expect(await most({ ...wild, clip: false })).toBeGreaterThan(4);
  });

  test('leaves no tensor behind', async () => {
    const engine = await open();
    await drawn(engine);
    const before = await engine.client.call('memory', {});
    await drawn(engine);
    await drawn(engine, { ...request, frames: 'last' });
    expect(await engine.client.call('memory', {})).toEqual(before);
  });

  test('trains in the page, on latents and captions of the digits, and is drawn with', async () => {
    const engine = await open();
    const recipe: Recipe = {
      ...latentRecipe,
      model: { ...latentRecipe.model, widths: [8], timeFeatures: 8, embedding: 16 },
      batchSize: smallRecipe.batchSize,
    };
    await engine.client.call('run.create', { recipe, seed: 3 });
    await engine.client.call('run.setPreviewInterval', { runId: 'latent', steps: 2 });
    const run = await engine.client.call('run.trainTo', { runId: 'latent', untilStep: 3 });
    expect(run.stepsDone).toBe(3);
    expect(run.history.every(({ loss }) => loss > 0 && loss < 20)).toBe(true);
    expect(run.film.map(({ side, pixels }) => [side, pixels.length])).toEqual([[28, 7840]]);
    const { frames } = await drawn(engine, { ...request, source: { kind: 'run', runId: 'latent', weights: 'ema' } });
    expect(frames.at(-1)?.decoded?.xt).toHaveLength(1568);
    const before = await engine.client.call('memory', {});
    await engine.client.call('run.trainTo', { runId: 'latent', untilStep: 6 });
    expect((await engine.client.call('memory', {})).tensors).toBe(before.tensors);
  });

  test('that does not fit its autoencoder is refused', async () => {
    const { client } = await open();
    const recipe: Recipe = { ...latentRecipe, model: { ...latentRecipe.model, channels: 4, widths: [8] } };
    await client.call('run.create', { recipe, seed: 3 });
    expect(await codeOf(client.call('run.trainTo', { runId: 'latent', untilStep: 1 }))).toBe('range');
  });
});
