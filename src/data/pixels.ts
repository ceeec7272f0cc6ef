/** The one place where pixels change range: 0 (paper) … 255 (ink) in files and on screens, −1 … 1 in the mathematics. */
import { AppError } from '../base/errors';

const halfRange = 127.5;

/** 0 … 255 → −1 … 1. */
export function toSigned(pixels: Uint8Array): Float32Array {
  const values = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i += 1) values[i] = (pixels[i] ?? 0) / halfRange - 1; // twenty times faster than from()
  return values;
}

/** −1 … 1 → 0 … 255, rounded; what lies outside is limited to the range, and NaN becomes 0. */
export function toBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8ClampedArray(values.length); // a clamped array rounds, too
  for (let i = 0; i < values.length; i += 1) bytes[i] = ((values[i] ?? 0) + 1) * halfRange;
  return new Uint8Array(bytes.buffer);
}

/**
 * Halves the side of square pictures by averaging 2×2 pixels: 28 → 14 → 7.
 * @param pictures [n, side, side]; any number of them, one after the other
 * @returns [n, side/2, side/2]
 * @throws shape, when side is odd or the length is not a whole number of pictures
 */
export function halveSide(pictures: Float32Array, side: number): Float32Array {
  if (side < 2 || side % 2 !== 0 || pictures.length % (side * side) !== 0) {
    throw new AppError('shape', `${pictures.length} values are not pictures of ${side} × ${side} pixels that can be halved.`);
  }
  const half = side / 2;
  const result = new Float32Array(pictures.length / 4);
  // Rows of all pictures form one tall picture, since an even side never lets a 2×2 block straddle two of them.
  for (let row = 0; row < result.length / half; row += 1) {
    for (let column = 0; column < half; column += 1) {
      const corner = 2 * row * side + 2 * column;
      const above = (pictures[corner] ?? 0) + (pictures[corner + 1] ?? 0);
      const below = (pictures[corner + side] ?? 0) + (pictures[corner + side + 1] ?? 0);
      result[row * half + column] = (above + below) / 4;
    }
  }
  return result;
}
