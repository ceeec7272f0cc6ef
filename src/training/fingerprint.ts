/** A run's weights in eight hexadecimal digits, for two readers to compare: equal for equal bits, and else almost never. */
import { crc32 } from '../base/checksum';
import type { NamedArrays } from '../model/config';
import { prefixes } from './weightsState';

/**
 * @param state what a run exports; the raw weights alone count, in the order of their names
 * @returns as in 3f9a·c21e
 */
export function fingerprintOf(state: NamedArrays): string {
  const weights = Object.entries(state)
    .filter(([name]) => name.startsWith(prefixes.param))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { data }]) => data);
  const all = new Float32Array(weights.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const data of weights) {
    all.set(data, offset);
    offset += data.length;
  }
  const digits = crc32(new Uint8Array(all.buffer)).toString(16).padStart(8, '0');
  return `${digits.slice(0, 4)}·${digits.slice(4)}`;
}
