/** The embedding as a reader trains it in the page: the matrix of similarities that is shown, and the reader's own embedding in use. */
import { afterEach, expect, test, vi } from 'vitest';
import type { PartProgress } from '../../src/worker/protocol';
import { harness, smallSite, type Harness } from './support/harness';
import { gzipSync } from 'node:zlib';
import { crc32 } from '../../src/base/checksum';
import { realDigits } from '../support/realBatches';
import { simdBinary } from '../support/simdKernels';
import { toBytes } from '../../src/data/pixels';

vi.setConfig({ testTimeout: 180_000 });

const count = 160;

/** One shard of real digits, so that captions have something to say. */
function realSite(): ReturnType<typeof smallSite> {
  const site = smallSite();
  const { x0, labels } = realDigits('train').batch(Array.from({ length: count }, (_, i) => i));
  const bytes = new Uint8Array(count * 785);
  bytes.set(toBytes(x0));
  bytes.set(labels, count * 784);
  const zipped = new Uint8Array(gzipSync(bytes));
  const shards = [{ file: 'train-0.bin', split: 'train', count, bytes: zipped.length, crc32: crc32(bytes) }];
  site.set('train-0.bin', zipped);
  site.set('manifest.json', new TextEncoder().encode(JSON.stringify({ version: 1, source: 'test', shards })));
  return site;
}

const opened: Harness[] = [];
afterEach(() => {
  for (const { client } of opened.splice(0)) client.close();
});

test('it trains on pairs, shows what it makes of the same pictures and captions, and can be asked afterwards', async () => {
  const engine = harness({ site: realSite(), loadKernels: async () => simdBinary() });
  opened.push(engine);
  await engine.ready();
  const told: PartProgress[] = [];
  const ask = { part: 'contrastive', untilStep: 2, seed: 3, fresh: true } as const;
  await engine.client.call('part.train', ask, { onPart: (progress) => told.push(progress) });

  expect(told.map(({ step }) => step)).toEqual([1, 2]);
  const [first, last] = [told[0], told.at(-1)];
  expect(first?.measures['temperature']).toBeCloseTo(0.07, 5);
  expect(first?.measures['accuracy']).toBeLessThan(0.1);
  expect(first?.loss).toBeGreaterThan(3);
  expect(last?.loss).toBeLessThan(8);

  const shown = last?.shown;
  if (shown?.kind !== 'similarities') throw new Error('nothing was shown');
  const { size, values, captions, pixels } = shown;
  expect([size, values.length, captions.length, pixels.length]).toEqual([32, 1024, 32, 32 * 784]);
  expect(captions[0]).toMatch(/five/); // MNIST's first digit

  // What is shown is what the reader's own embedding says.
  const own = { name: 'own:contrastive' } as const;
  const pictures = (await engine.client.call('embed.pictures', { pixels, ...own })).embeddings;
  const texts = (await engine.client.call('embed.captions', { captions, ...own })).embeddings;
  const cosine = (i: number, j: number): number =>
    pictures.slice(i * 32, i * 32 + 32).reduce((sum, value, k) => sum + value * (texts[j * 32 + k] ?? NaN), 0);
  for (const [i, j] of [[0, 0], [3, 3], [2, 9], [31, 4]] as const) expect(values[i * 32 + j]).toBeCloseTo(cosine(i, j), 3); // prettier-ignore
});
