import { expect, test } from 'vitest';
import { AppError } from '../../src/base/errors';
import { parseIdx } from '../../src/data/idx';

/** Two pictures of 1 × 3 pixels. */
const whole = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 11, 12, 13, 14, 15];

const parse = (bytes: readonly number[]): ReturnType<typeof parseIdx> => parseIdx(Uint8Array.from(bytes), 'sample');

test('dimensions are big-endian and the values follow them', () => {
  const { dimensions, values } = parse(whole);
  expect(dimensions).toEqual([2, 1, 3]);
  expect([...values]).toEqual([10, 11, 12, 13, 14, 15]);
});

test('a dimension above 255 uses the higher bytes', () => {
  const { dimensions, values } = parse([0, 0, 8, 1, 0, 0, 1, 2, ...new Array<number>(258).fill(7)]);
  expect(dimensions).toEqual([258]);
  expect(values.length).toBe(258);
});

test('a file that lies in the middle of a buffer is read from its own beginning', () => {
  const buffer = Uint8Array.from([99, 99, 99, ...whole]);
  expect(parseIdx(buffer.subarray(3), 'sample').dimensions).toEqual([2, 1, 3]);
});

test('zero pictures are a valid, empty array', () => {
  expect(parse([0, 0, 8, 1, 0, 0, 0, 0]).values.length).toBe(0);
});

test.each([
  ['is empty', []],
  ['ends within the magic number', [0, 0, 8]],
  ['ends within the header', whole.slice(0, 10)],
  ['does not begin with two zeros', [1, ...whole.slice(1)]],
  ['holds floats', [0, 0, 0x0d, ...whole.slice(3)]],
  ['has no dimension', [0, 0, 8, 0, 1]],
  ['lacks its last value', whole.slice(0, -1)],
  ['has a value too many', [...whole, 0]],
])('a file that %s is refused by name', (_, bytes) => {
  expect(() => parse(bytes)).toThrow(AppError);
  expect(() => parse(bytes)).toThrow(
    expect.objectContaining({ code: 'data/format', message: expect.stringContaining('sample') as string }),
  );
});
