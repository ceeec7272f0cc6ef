import { expect, test } from 'vitest';
import { AppError, type Failure } from '../../src/base/errors';
import type { Command, Event, News, SampleFrame } from '../../src/worker/protocol';
import { createClient, type Client } from '../../src/worker/remote';
import { smallRequest } from './support/small';

interface Wire {
  readonly client: Client;
  readonly sent: Command[];
  answer(event: Event): void;
  crash(failure: Failure): void;
  isClosed(): boolean;
}

function wire(): Wire {
  const sent: Command[] = [];
  let closed = false;
  let heard: [(event: Event) => void, (failure: Failure) => void] | null = null;
  const client = createClient({
    post: (command) => sent.push(command),
    listen: (...listeners) => (heard = listeners),
    close: () => (closed = true),
  });
  return { client, sent, answer: (event) => heard?.[0](event), crash: (failure) => heard?.[1](failure), isClosed: () => closed };
}

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (thrown: unknown) => (thrown instanceof AppError ? thrown.code : thrown),
  );
const memory = { tensors: 1, bytes: 4 };
const crashed: Failure = { code: 'internal', message: 'gone' };
const frame = (i: number): SampleFrame => ({
  i,
  t: 4 - i,
  alphaBar: 0.5,
  nfe: i,
  xt: Float32Array.of(i),
  x0: null,
  eps: null,
  noise: null,
  attention: null,
  decoded: null,
});

test('an answer reaches the call with its id, whatever the order', async () => {
  const { client, sent, answer } = wire();
  const [first, second] = [client.call('memory', {}), client.call('memory', {})];
  const ids = sent.map(({ id }) => id);
  answer({ type: 'done', call: 'memory', id: ids[1] ?? 0, answer: { tensors: 2, bytes: 8 } });
  answer({ type: 'done', call: 'memory', id: ids[0] ?? 0, answer: memory });
  expect([await first, await second]).toEqual([memory, { tensors: 2, bytes: 8 }]);
});

test('a failure is thrown as the AppError it was', async () => {
  const { client, answer } = wire();
  const call = client.call('memory', {});
  answer({ type: 'failed', id: 1, failure: { code: 'tab/busy', message: 'busy', detail: 'more' } });
  await expect(call).rejects.toMatchObject({ code: 'tab/busy', message: 'busy', detail: 'more' });
});

test('an abort rejects at once and sends a cancel; what the engine answers later changes nothing', async () => {
  const { client, sent, answer } = wire();
  const stop = new AbortController();
  const call = client.call('memory', {}, { signal: stop.signal });
  stop.abort();
  expect(await codeOf(call)).toBe('request/cancelled');
  expect(sent.at(-1)).toEqual({ type: 'cancel', id: 1 });
  answer({ type: 'done', call: 'memory', id: 1, answer: memory });
  expect(await codeOf(call)).toBe('request/cancelled');
});

test('a call with a signal that is aborted already is never sent', async () => {
  const { client, sent } = wire();
  expect(await codeOf(client.call('memory', {}, { signal: AbortSignal.abort() }))).toBe('request/cancelled');
  expect(sent).toEqual([]);
});

test('a crash fails everything that is pending, and everything that comes after', async () => {
  const { client, crash, isClosed } = wire();
  const pending = [client.call('memory', {}), client.sample(smallRequest).summary];
  crash(crashed);
  expect(await Promise.all(pending.map(codeOf))).toEqual(['internal', 'internal']);
  expect(await codeOf(client.call('memory', {}))).toBe('internal');
  expect(await client.ended).toEqual(crashed);
  expect(isClosed()).toBe(true);
});

test('closing cancels what is pending and is no crash', async () => {
  const { client } = wire();
  const call = client.call('memory', {});
  client.close();
  expect(await codeOf(call)).toBe('request/cancelled');
  expect(await client.ended).toBeNull();
});

test('a message that cannot be sent fails its call and leaves nothing pending', async () => {
  const client = createClient({
    post: () => {
      throw new Error('could not be cloned');
    },
    listen: () => undefined,
    close: () => undefined,
  });
  expect(await codeOf(client.call('memory', {}))).toBe('internal');
});

test('frames come in order, those that arrive before anybody looks included; then the summary', async () => {
  const { client, answer } = wire();
  const stream = client.sample(smallRequest);
  answer({ type: 'part', call: 'sample', id: 1, part: frame(0) });
  answer({ type: 'part', call: 'sample', id: 1, part: frame(1) });
  const seen: number[] = [];
  const looking = (async () => {
    for await (const { i } of stream) seen.push(i);
  })();
  await Promise.resolve();
  answer({ type: 'part', call: 'sample', id: 1, part: frame(2) });
  const summary = {
    nfe: 2,
    ms: 1,
    backend: 'wasm',
    predictionType: 'x0',
    trainedSteps: 3,
    imageSize: 28,
    flopsPerEvaluation: 1,
    parameters: 1,
  } as const;
  answer({ type: 'done', call: 'sample', id: 1, answer: summary });
  await looking;
  expect(seen).toEqual([0, 1, 2]);
  expect(await stream.summary).toEqual(summary);
});

test('leaving the loop early cancels the rest', async () => {
  const { client, sent, answer } = wire();
  const stream = client.sample(smallRequest);
  answer({ type: 'part', call: 'sample', id: 1, part: frame(0) });
  for await (const { i } of stream) if (i === 0) break;
  expect(sent.at(-1)).toEqual({ type: 'cancel', id: 1 });
  expect(await codeOf(stream.summary)).toBe('request/cancelled');
});

test('a loop over frames ends in what went wrong', async () => {
  const { client, answer } = wire();
  const stream = client.sample(smallRequest);
  const looking = (async () => {
    for await (const seen of stream) void seen;
  })();
  answer({ type: 'failed', id: 1, failure: { code: 'range', message: 'no such sampler' } });
  expect(await codeOf(looking)).toBe('range');
});

test('what was told before anybody listened is not lost', () => {
  const { client, answer } = wire();
  const notice: News = { type: 'notice', failure: { code: 'storage/none', message: 'no storage' } };
  answer({ type: 'news', news: notice });
  const heard: News[] = [];
  const stop = client.subscribe((news) => heard.push(news));
  answer({ type: 'news', news: notice });
  stop();
  answer({ type: 'news', news: notice });
  expect(heard).toEqual([notice, notice]);
});
