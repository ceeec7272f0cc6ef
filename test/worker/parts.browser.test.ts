/** The autoencoder's training on a graphics card: the same as on the processor, to the precision of the card. */
import { afterAll, expect, test, vi } from 'vitest';
import type { Client } from '../../src/worker/client';
import type { PartProgress } from '../../src/worker/protocol';
import { openEngine } from './support/follow';

// Ten steps of 64 digits on a card that the processor stands in for take most of a minute by themselves.
vi.setConfig({ testTimeout: 300_000 });

const opened: Client[] = [];
afterAll(() => {
  for (const client of opened) client.close();
});

async function train(choice: 'webgl' | 'wasm'): Promise<readonly PartProgress[]> {
  const { client, backend } = await openEngine(choice);
  opened.push(client);
  expect(backend.backend).toBe(choice);
  const told: PartProgress[] = [];
  await client.call(
    'part.train',
    { part: 'autoencoder', untilStep: 4, seed: 2, fresh: true },
    { onPart: (progress) => told.push(progress) },
  );
  const { tensors } = await client.call('memory', {});
  await client.call('part.train', { part: 'autoencoder', untilStep: 6, seed: 2, fresh: false });
  expect((await client.call('memory', {})).tensors).toBe(tensors);
  return told;
}

test('WebGL learns what WASM learns', async () => {
  const [webgl, wasm] = [await train('webgl'), await train('wasm')];
  expect(webgl.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  webgl.forEach(({ loss }, i) => expect(loss / (wasm[i]?.loss ?? NaN)).toBeCloseTo(1, 2));
  const shown = webgl.at(-1)?.shown;
  expect(shown?.kind === 'reconstructions' && shown.pixels.every(Number.isFinite)).toBe(true);
});
