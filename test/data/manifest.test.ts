import { expect, test } from 'vitest';
import { parseManifest } from '../../src/data/manifest';

const entry = { file: 'train-0.bin', split: 'train', count: 3, bytes: 100, crc32: 0 };
const whole = { version: 1, source: 'somewhere', shards: [entry] };

test('a whole manifest is read as it is', () => {
  expect(parseManifest(JSON.stringify(whole))).toEqual(whole);
});

test.each<[string, unknown]>([
  ['of another version', { ...whole, version: 2 }],
  ['without shards', { version: 1, source: 'somewhere' }],
  ['with an empty list', { ...whole, shards: [] }],
  ['without training pictures', { ...whole, shards: [{ ...entry, split: 'test' }] }],
  ['whose shard has no pictures', { ...whole, shards: [{ ...entry, count: 0 }] }],
  ['whose count is no whole number', { ...whole, shards: [{ ...entry, count: 2.5 }] }],
  ['whose checksum is missing', { ...whole, shards: [{ ...entry, crc32: undefined }] }],
  ['of an unknown split', { ...whole, shards: [{ ...entry, split: 'validation' }] }],
  ['that points outside its folder', { ...whole, shards: [{ ...entry, file: '../train-0.bin' }] }],
  ['that is null', null],
  ['that is a list', [whole]],
])('a manifest %s is refused', (_, value) => {
  expect(() => parseManifest(JSON.stringify(value))).toThrow(expect.objectContaining({ code: 'data/format' }));
});

test('a web page in place of the manifest is called one', () => {
  expect(() => parseManifest('<!doctype html><title>Not found</title>')).toThrow(/web page/);
});

test('an empty answer is refused', () => {
  expect(() => parseManifest('')).toThrow(expect.objectContaining({ code: 'data/format' }));
});
