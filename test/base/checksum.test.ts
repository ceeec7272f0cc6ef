import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../src/base/checksum';
import { holds } from '../support/property';

describe('crc32', () => {
  it('has the standard check value', () => {
    expect(crc32(new TextEncoder().encode('123456789')).toString(16)).toBe('cbf43926');
  });

  it('of nothing is 0', () => expect(crc32(new Uint8Array())).toBe(0));

  it('is the one at the end of every gzip file, last but four bytes', () => {
    holds(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        (bytes) => crc32(bytes) === gzipSync(bytes).readUInt32LE(gzipSync(bytes).length - 8),
      ),
    );
  });

  it('notices every flipped bit', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
    holds(
      fc.property(bytes, fc.nat(), (whole, position) => {
        const damaged = whole.slice();
        const bit = position % (whole.length * 8);
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        return crc32(damaged) !== crc32(whole);
      }),
    );
  });
});
