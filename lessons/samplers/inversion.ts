/** There and back in numbers: how far a picture that came back is from the one that went, and what the noise between is like. */

/** Root mean square over all pixels: 0 for the same picture; 2 for white in the place of black everywhere. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += ((a[i] ?? NaN) - (b[i] ?? NaN)) ** 2;
  return Math.sqrt(sum / a.length);
}

/** Root mean square of the values, about 1 for standard normal noise. */
export function rootMeanSquare(values: ArrayLike<number>): number {
  return distance(values, new Float32Array(values.length));
}

/** b − a, pixel by pixel, for a two-sided map. */
export function difference(a: Float32Array, b: Float32Array): Float32Array {
  return b.map((value, i) => value - (a[i] ?? NaN));
}
