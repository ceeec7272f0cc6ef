/** Measurements are made once, shared out, and never taken for those of other weights. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openJobRows, type Job } from '../../scripts/pretrain/measured/jobs';

const folder = `${mkdtempSync(join(tmpdir(), 'jobs-'))}/`;

interface Row {
  readonly fd: number;
}

beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function job(key: string, fd = 1): Job<Row> & { readonly measure: ReturnType<typeof vi.fn<Job<Row>['measure']>> } {
  return { key, label: key, measure: vi.fn<Job<Row>['measure']>(() => Promise.resolve({ fd })) };
}

const alone = { shard: 0, shards: 1 };

test('a job is done once, and its row is there for another process', async () => {
  const jobs = [job('a', 12.3456), job('b', 2)];
  const [first] = jobs;
  await openJobRows<Row>('rows', folder).take(jobs, alone);
  await openJobRows<Row>('rows', folder).take(jobs, alone);
  expect(first?.measure).toHaveBeenCalledTimes(1);
  expect(openJobRows<Row>('rows', folder).of(jobs)).toEqual([{ fd: 12.35 }, { fd: 2 }]);
});

test('what is not measured yet is left out, and so is what was measured under another key', async () => {
  const rows = openJobRows<Row>('rows', folder);
  await rows.take([job('of old weights')], alone);
  expect(rows.of([job('of new weights'), job('of old weights', 5)])).toEqual([{ fd: 1 }]);
});

test('two shards share the work, and a job that fails leaves no row', async () => {
  const jobs = ['a', 'b', 'c'].map((key) => job(key));
  const rows = openJobRows<Row>('rows', folder);
  await rows.take(jobs, { shard: 1, shards: 2 });
  expect(jobs.map(({ measure }) => measure.mock.calls.length)).toEqual([0, 1, 0]);
  jobs[2]?.measure.mockRejectedValueOnce(new Error('cut off'));
  await expect(rows.take(jobs, { shard: 0, shards: 2 })).rejects.toThrow('cut off');
  await rows.take(jobs, { shard: 0, shards: 2 });
  expect(jobs.map(({ measure }) => measure.mock.calls.length)).toEqual([1, 1, 2]);
});

test('pictures that an interruption left are found again, and gone when the row is there', async () => {
  const rows = openJobRows<Row>('rows', folder);
  const pixels = Float32Array.of(0.25, -1);
  const cut: Job<Row> = {
    ...{ key: 'long', label: 'long' },
    measure: (kept) => {
      kept.keep(100, pixels);
      return Promise.reject(new Error('cut off'));
    },
  };
  await expect(rows.take([cut], alone)).rejects.toThrow('cut off');
  const found: unknown[] = [];
  const look: Job<Row>['measure'] = (kept) => {
    found.push(kept.find(100), kept.find(0));
    return Promise.resolve({ fd: 1 });
  };
  await rows.take([{ ...cut, measure: look }], alone);
  expect(found).toEqual([pixels, undefined]);
  await rows.take([{ ...cut, key: 'longer', measure: look }], alone);
  expect(found.slice(2)).toEqual([undefined, undefined]);
});
