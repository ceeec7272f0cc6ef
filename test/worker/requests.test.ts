import { expect, test } from 'vitest';
import { AppError } from '../../src/base/errors';
import type { Event } from '../../src/worker/protocol';
import { createRequests, orCancelled, type Requests } from '../../src/worker/requests';

function law(): { readonly requests: Requests; readonly events: Event[] } {
  const events: Event[] = [];
  return { requests: createRequests((event) => events.push(event)), events };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const memory = { tensors: 1, bytes: 4 };

test('work that returns ends in done, with its answer', async () => {
  const { requests, events } = law();
  requests.run('memory', 1, () => memory);
  await settled();
  expect(events).toEqual([{ type: 'done', call: 'memory', id: 1, answer: memory }]);
});

test('work that throws ends in failed, whether at once or later', async () => {
  const { requests, events } = law();
  const thrown = new AppError('range', 'too much');
  requests.run('memory', 1, () => {
    throw thrown;
  });
  requests.run('memory', 2, async () => {
    await settled();
    throw thrown;
  });
  await settled();
  await settled();
  const failure = { code: 'range', message: 'too much' };
  expect(events).toEqual([1, 2].map((id) => ({ type: 'failed', id, failure })));
});

test('work that heeds its signal ends in cancelled', async () => {
  const { requests, events } = law();
  requests.run('memory', 1, ({ signal }) => orCancelled(new Promise(() => undefined), signal));
  requests.cancel(1);
  await settled();
  expect(events).toEqual([{ type: 'cancelled', id: 1 }]);
});

test('work that ends before it looks at its signal is done, and only done', async () => {
  const { requests, events } = law();
  requests.run('memory', 1, async () => {
    await settled();
    return memory;
  });
  requests.cancel(1);
  requests.cancel(1);
  await settled();
  await settled();
  expect(events.map(({ type }) => type)).toEqual(['done']);
});

test('a second command with the id of an open one is not run', async () => {
  const { requests, events } = law();
  requests.run('memory', 1, () => memory);
  requests.run('memory', 1, () => memory);
  await settled();
  expect(events).toHaveLength(1);
});

test('cancelling an id that has ended, or never was, does nothing', async () => {
  const { requests, events } = law();
  requests.run('memory', 1, () => memory);
  await settled();
  requests.cancel(1);
  requests.cancel(7);
  await settled();
  expect(events).toHaveLength(1);
});
