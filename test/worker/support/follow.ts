/** A connection to the real engine, with everything it has told. */
import { connect, type Client } from '../../../src/worker/client';
import type { BackendChoice, BackendReport, News, RunId, RunSnapshot } from '../../../src/worker/protocol';

export interface Followed {
  readonly client: Client;
  readonly backend: BackendReport;
  readonly runs: readonly RunSnapshot[];
  readonly news: News[];
  until(happened: (news: News) => boolean): Promise<void>;
  trainTo(step: number, runId?: RunId): Promise<RunSnapshot>;
}

export async function openEngine(choice: BackendChoice, options: { readonly reproducible?: boolean } = {}): Promise<Followed> {
  const { client, backend, runs } = await connect({ choice, base: '', ...options });
  const news: News[] = [];
  let waiting: (() => void)[] = [];
  client.subscribe((told) => {
    news.push(told);
    for (const wake of waiting.splice(0)) wake();
  });
  const until = async (happened: (told: News) => boolean): Promise<void> => {
    let seen = 0;
    while (!news.slice(seen).some(happened)) {
      seen = news.length;
      await new Promise<void>((resolve) => (waiting = [...waiting, resolve]));
    }
  };
  return {
    client,
    backend,
    runs,
    news,
    until,
    trainTo: async (step, runId = 'quick') => {
      news.length = 0;
      await client.call('run.start', { runId, untilStep: step });
      await until((told) => told.type === 'run.status' && (told.status.kind === 'paused' || told.status.kind === 'failed'));
      return client.call('run.pause', { runId });
    },
  };
}
