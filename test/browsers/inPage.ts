/** The half of `npm run test:browsers` that runs in the browser: trains the run of test/support/sameRun.ts and tells how it went. */
import { recipes } from '../../src/training/recipes';
import { openEngine } from '../worker/support/follow';
import { sameRun } from '../support/sameRun';

async function train(): Promise<Record<string, unknown>> {
  const { client, backend, trainTo } = await openEngine('auto', { reproducible: true });
  await client.call('run.create', { recipe: recipes.quick, seed: sameRun.seed });
  const startedAt = performance.now();
  const { fingerprint, status } = await trainTo(sameRun.steps);
  const msPerStep = Math.round((performance.now() - startedAt) / sameRun.steps);
  client.close();
  return { fingerprint: fingerprint?.text, status, msPerStep, isStrict: backend.reproducible };
}

const result = await train().catch((thrown: unknown) => ({ failure: String(thrown) }));
await fetch('/result', { method: 'POST', body: JSON.stringify({ ...result, userAgent: navigator.userAgent }) });

export {};
