/** The real engine in its worker, in a real browser, with real storage and the real digits. */
import { expect, test } from 'vitest';
import { connect } from '../../src/worker/client';

test('smoke', async () => {
  const { client, backend, runs } = await connect({ choice: 'auto', base: '' });
  console.log(JSON.stringify(backend), runs.length);
  const news: string[] = [];
  client.subscribe((n) =>
    news.push(
      n.type + (n.type === 'run.status' ? n.status.kind : n.type === 'notice' ? n.failure.message + n.failure.detail : ''),
    ),
  );
  await client.call('run.start', { runId: 'quick', untilStep: 5 });
  while (!news.includes('run.statuspaused')) await new Promise((r) => setTimeout(r, 100));
  const run = await client.call('run.pause', { runId: 'quick' });
  console.log(
    run.history.map((s) => [s.loss.toFixed(4), s.ms.toFixed(0)].join(' ')),
    run.parameters,
    run.flopsPerStep,
    news.join(' '),
  );
  console.log(JSON.stringify(await client.call('memory', {})));
  client.close();
}, 120_000);
