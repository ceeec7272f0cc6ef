/** The run of sameRun.test.ts in Chromium, in the real worker. */
import { expect, test, vi } from 'vitest';
import { recipes } from '../../src/training/recipes';
import { sameRun } from '../support/sameRun';
import { openEngine } from './support/follow';

vi.setConfig({ testTimeout: 120_000 });

test('twenty steps of the quick recipe in a browser', async () => {
  const { client, backend, trainTo } = await openEngine('auto', { reproducible: true });
  expect(backend).toMatchObject({ backend: 'wasm', reproducible: true });
  await client.call('run.create', { recipe: recipes.quick, seed: sameRun.seed });
  const { fingerprint } = await trainTo(sameRun.steps);
  expect(fingerprint).toEqual({ step: sameRun.steps, text: sameRun.fingerprint });
  client.close();
});
