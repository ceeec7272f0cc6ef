/** Square pictures made smaller and larger: what one model of a cascade hands to the next. Plain arrays, one channel. */
import { AppError } from '../base/errors';
import { halveSide } from './pixels';

/**
 * Each pixel the mean of the square it replaces, like a camera with fewer and larger pixels.
 * @param pictures [n, from, from]
 * @returns [n, to, to]; the same array where nothing changes
 * @throws shape, unless `from` is `to` times a power of two and the values are whole pictures
 */
export function shrink(pictures: Float32Array, from: number, to: number): Float32Array {
  let [result, side] = [pictures, from];
  while (side > to) {
    result = halveSide(result, side);
    side /= 2;
  }
  if (side !== to) throw new AppError('shape', `Pictures of side ${from} cannot be halved until their side is ${to}.`);
  return result;
}

/**
 * Bilinear, with pixels as squares whose centres count (PyTorch's interpolate, align_corners = false).
 * @param pictures [n, from, from]
 * @returns [n, to, to]
 * @throws shape, unless the values are whole pictures
 */
export function enlarge(pictures: Float32Array, from: number, to: number): Float32Array {
  if (pictures.length % (from * from) !== 0) {
    throw new AppError('shape', `${pictures.length} values are not pictures of ${from} × ${from} pixels.`);
  }
  const taps = Array.from({ length: to }, (_, i) => neighbours(i, from, to));
  const count = pictures.length / (from * from);
  const result = new Float32Array(count * to * to);
  let place = 0;
  for (let picture = 0; picture < count; picture += 1) {
    const at = (row: number, column: number): number => pictures[(picture * from + row) * from + column] ?? NaN;
    for (const row of taps) {
      for (const column of taps) {
        const above = at(row.low, column.low) * (1 - column.share) + at(row.low, column.high) * column.share;
        const below = at(row.high, column.low) * (1 - column.share) + at(row.high, column.high) * column.share;
        result[place] = above * (1 - row.share) + below * row.share;
        place += 1;
      }
    }
  }
  return result;
}

/** The two pixels that a pixel of the larger picture lies between, and how much of it is the second's; at the edge they are one. */
function neighbours(
  i: number,
  from: number,
  to: number,
): { readonly low: number; readonly high: number; readonly share: number } {
  const place = Math.max(0, ((i + 0.5) * from) / to - 0.5);
  const low = Math.floor(place);
  return { low, high: Math.min(low + 1, from - 1), share: place - low };
}
