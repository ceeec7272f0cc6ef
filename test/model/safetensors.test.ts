import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import type { NamedArrays, UNetConfig } from '../../src/model/config';
import { initialise } from '../../src/model/initialise';
import { checkWeights, decodeSafetensors, encodeSafetensors } from '../../src/model/safetensors';
import { expectError } from '../support/expectError';
import { holds } from '../support/property';

/** A file from a header as text and values as bytes. */
function file(header: string, values: readonly number[] = []): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + values.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(values, 8 + text.length);
  return bytes;
}

const arrays: NamedArrays = {
  'down.0.block.conv1.weight': { shape: [2, 3], data: Float32Array.of(1, -2, 0.5, 1e-3, 65504, -0.25) },
  scalar: { shape: [], data: Float32Array.of(7) },
  empty: { shape: [0, 4], data: new Float32Array() },
};

describe('the format', () => {
  test('is, byte for byte, what the specification makes of two numbers', () => {
    const header = '{"__metadata__":{"by":"us"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    const padding = ' '.repeat((8 - (header.length % 8)) % 8);
    // 1 is 0x3f800000 and −2 is 0xc0000000, lowest byte first.
    const expected = file(header + padding, [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
    const actual = encodeSafetensors({ a: { shape: [2], data: Float32Array.of(1, -2) } }, { by: 'us' });
    expect([...actual]).toEqual([...expected]);
    expect((actual.length - 8) % 8).toBe(0);
  });

  test('is read with an unpadded header and tensors in any order too', () => {
    const bytes = file('{"b":{"dtype":"F16","shape":[1],"data_offsets":[4,6]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', [0, 0, 0x80, 0x3f, 0, 0xc0]); // prettier-ignore
    const { arrays: read, metadata } = decodeSafetensors(bytes);
    expect(read).toEqual({ a: { shape: [1], data: Float32Array.of(1) }, b: { shape: [1], data: Float32Array.of(-2) } });
    expect(metadata).toEqual({});
  });

  test('F32 keeps every bit, names, shapes and metadata', () => {
    const { arrays: read, metadata } = decodeSafetensors(encodeSafetensors(arrays, { steps: '340', note: '“naïve”' }));
    expect(read).toEqual(arrays);
    expect(metadata).toEqual({ steps: '340', note: '“naïve”' });
  });

  test('F16 takes half the room and keeps three digits', () => {
    const weights = { w: { shape: [1000], data: createRng(1).normals(1000) } };
    const full = encodeSafetensors(weights, {});
    const half = encodeSafetensors(weights, {}, 'F16');
    expect(full.length - half.length).toBe(2000);
    decodeSafetensors(half).arrays['w']?.data.forEach((value, i) => {
      expect(Math.abs(value - (weights.w.data[i] ?? NaN))).toBeLessThanOrEqual(Math.max(Math.abs(value) * 2 ** -11, 2 ** -25));
    });
  });

  test('any names and values go there and back, also from the middle of a larger buffer', () => {
    const shapes = fc.array(fc.nat({ max: 3 }), { maxLength: 3 });
    holds(
      fc.property(
        fc.dictionary(
          fc.string().filter((name) => name !== '__metadata__' && name !== '__proto__'),
          shapes,
        ),
        fc.nat({ max: 7 }),
        (named, offset) => {
          const rng = createRng(offset);
          const given = Object.fromEntries(
            Object.entries(named).map(([name, shape]) => [
              name,
              { shape, data: rng.normals(shape.reduce((size, length) => size * length, 1)) },
            ]),
          );
          const bytes = encodeSafetensors(given, {});
          const larger = new Uint8Array(bytes.length + offset);
          larger.set(bytes, offset);
          expect(decodeSafetensors(larger.subarray(offset)).arrays).toEqual(given);
        },
      ),
      50,
    );
  });

  test('values that do not fill their shape are not written', () => {
    const error = expectError(() => encodeSafetensors({ w: { shape: [3], data: new Float32Array(2) } }, {}), 'weights/format');
    expect(error.message).toContain('“w”');
    expectError(() => encodeSafetensors({ __metadata__: { shape: [1], data: new Float32Array(1) } }, {}), 'weights/format');
  });
});

describe('a damaged file is refused, with the reason', () => {
  const entry = (fields: string): string => `{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]${fields}}}`;
  const four = [0, 0, 0, 0];

  test.each([
    ['no bytes', new Uint8Array(), 'ends after 0 bytes'],
    ['a header longer than the file', file('{}').subarray(0, 9), 'header should be 2 bytes'],
    ['an absurd header length', Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 1), 'header should be'],
    ['a header that is not JSON', file('{"w":'), 'not JSON'],
    ['a header that is not UTF-8', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe), 'not JSON'],
    ['a header that is a list', file('[]'), 'not a list of tensors'],
    ['a tensor without description', file('{"w":3}'), '“w”'],
    ['an unknown number type', file(entry(',"dtype":"BF16"'), four), 'BF16'],
    ['a negative size', file(entry(',"shape":[-1]'), four), '“w” has no valid shape'],
    ['a shape that is no list', file(entry(',"shape":1'), four), '“w” has no valid shape'],
    ['one offset', file(entry(',"data_offsets":[0]'), four), '“w” has no valid place'],
    ['a fractional offset', file(entry(',"data_offsets":[0,4.5]'), four), '“w” has no valid place'],
    ['a shape for other bytes', file(entry(',"shape":[2]'), four), '“w” of shape [2] has 4 bytes instead of 8'],
    ['values cut off', file(entry(''), [0, 0, 0]), 'ends within the tensor “w”'],
    ['a tail', file(entry(''), [...four, 0]), '1 bytes follow'],
    ['a gap', file(entry(',"data_offsets":[1,5]'), [...four, 0]), '“w” begins at byte 1'],
    ['an overlap', file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}', [...four, 0, 0]), '“b” begins at byte 2'], // prettier-ignore
    ['metadata that is no list', file('{"__metadata__":"x"}'), 'metadata'],
    ['metadata that is no text', file('{"__metadata__":{"steps":3}}'), '“steps”'],
  ])('%s', (_, bytes, reason) => {
    expect(expectError(() => decodeSafetensors(bytes), 'weights/format').message).toContain(reason);
  });

  test('cut anywhere, a real file is refused', () => {
    const bytes = encodeSafetensors(arrays, { a: 'b' });
    for (let length = 0; length < bytes.length; length += 1)
      expectError(() => decodeSafetensors(bytes.subarray(0, length)), 'weights/format');
  });
});

describe('weights for a network', () => {
  const config: UNetConfig = {
    imageSize: 8,
    channels: 1,
    stem: 'unshuffle',
    widths: [8],
    norm: 'rms',
    attention: false,
    innerBlocks: 2,
    classes: 2,
    conditionChannels: 0,
    augmentationLevels: 0,
    text: null,
    vectorFeatures: 0,
    time: true,
    timeFeatures: 4,
    embedding: 4,
  };
  const weights = initialise(config, createRng(1));
  const name = 'mid.0.conv1.weight';
  const good = weights[name] ?? { shape: [], data: new Float32Array() };

  test('its own are accepted', () => {
    expect(() => {
      checkWeights(weights, config);
    }).not.toThrow();
  });

  test.each([
    ['a missing tensor', Object.fromEntries(Object.entries(weights).filter(([key]) => key !== name)), name],
    ['another shape of the same size', { ...weights, [name]: { ...good, shape: [9, 1, 8, 8] } }, name],
    ['too few values', { ...weights, [name]: { ...good, data: good.data.slice(1) } }, name],
    ['a NaN', { ...weights, [name]: { ...good, data: good.data.map((value, i) => (i === 5 ? NaN : value)) } }, name],
    ['an infinity', { ...weights, [name]: { ...good, data: good.data.map((value, i) => (i === 5 ? Infinity : value)) } }, name],
    ['one tensor too many', { ...weights, 'mid.7.extra': good }, 'mid.7.extra'],
  ] satisfies [string, NamedArrays, string][])('%s is refused by its name', (_, wrong, named) => {
    const error = expectError(() => {
      checkWeights(wrong, config);
    }, 'weights/format');
    expect(error.message).toContain(`“${named}”`);
  });
});
