/** A network that reads, on a graphics card: it learns and draws what it does on the processor, to the precision of the card. */
import { afterAll, expect, test, vi } from 'vitest';
import { judgedClasses } from '../../src/evaluation/metrics';
import { captionRecipe } from '../../src/training/captionRecipes';
import type { SampleRequest } from '../../src/worker/protocol';
import { openEngine, type Followed } from './support/follow';
import { smallRequest } from './support/small';

// A few steps of 32 digits on a card that the processor stands in for.
vi.setConfig({ testTimeout: 600_000 });

const opened: Followed[] = [];
afterAll(() => {
  for (const { client } of opened) client.close();
});

async function open(choice: 'webgl' | 'wasm'): Promise<Followed> {
  const engine = await openEngine(choice);
  opened.push(engine);
  expect(engine.backend.backend).toBe(choice);
  return engine;
}

const captions = ['a thick zero', 'thin 1 leaning right', ''];
const request: SampleRequest = {
  ...smallRequest,
  source: { kind: 'recorded', name: 'caption@3000' },
  steps: 4,
  prompts: { captions },
  labels: captions.map(() => null),
  attention: true,
};

interface Drawn {
  readonly pixels: Float32Array;
  readonly maps: Float32Array;
}

async function drawn({ client }: Followed): Promise<Drawn> {
  let [pixels, maps] = [new Float32Array(), new Float32Array()];
  for await (const { xt, attention } of client.sample(request)) {
    pixels = xt.slice();
    maps = attention?.[0]?.values.slice() ?? maps;
  }
  return { pixels, maps };
}

const furthest = (one: Float32Array, other: Float32Array): number =>
  one.reduce((most, value, i) => Math.max(most, Math.abs(value - (other[i] ?? NaN))), 0);

test('WebGL reads as WASM reads: losses of training, pictures, maps, and no tensor is lost', async () => {
  const engines = [await open('webgl'), await open('wasm')] as const;
  const losses: (readonly number[])[] = [];
  const pictures: Drawn[] = [];
  for (const engine of engines) {
    const { client, trainTo } = engine;
    await client.call('run.create', { recipe: captionRecipe, seed: 3 });
    losses.push((await trainTo(2, 'caption')).history.map(({ loss }) => loss));
    pictures.push(await drawn(engine));
    const { tensors } = await client.call('memory', {});
    await trainTo(3, 'caption');
    expect((await client.call('memory', {})).tensors).toBe(tensors);
  }
  const [[webgl, wasm], [card, processor]] = [losses, pictures];
  expect(webgl).toHaveLength(2);
  webgl?.forEach((loss, i) => expect(loss / (wasm?.[i] ?? NaN)).toBeCloseTo(1, 2));
  if (!card || !processor) throw new Error('Nothing was drawn.');
  expect(card.maps.length).toBeGreaterThan(0);
  expect(furthest(card.maps, processor.maps)).toBeLessThan(0.02);
  expect(furthest(card.pixels, processor.pixels)).toBeLessThan(0.1);

  const [, { client }] = engines;
  const { probabilities } = await client.call('judge', { pixels: card.pixels });
  expect([...judgedClasses(probabilities, 10)].slice(0, 2)).toEqual([0, 1]);
});
