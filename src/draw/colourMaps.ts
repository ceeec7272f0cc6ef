/** Numbers to colours. Pictures are drawn as they are: −1 black, +1 white; noise and differences get two-sided maps. */

export type ColourMap = 'gray' | 'noise' | 'signed' | 'activation';

/** Writes one RGBA pixel; value ranges: gray [−1, 1], noise about [−3, 3], signed [−1, 1], activation [0, 1]. */
export function paint(map: ColourMap, value: number, out: Uint8ClampedArray, offset: number): void {
  out[offset + 3] = 255;
  if (map === 'gray') {
    const level = (value + 1) * 127.5;
    out[offset] = level;
    out[offset + 1] = level;
    out[offset + 2] = level;
  } else if (map === 'noise') {
    // Mid-grey is no noise; three standard deviations reach black and white.
    const level = 127.5 + value * (127.5 / 3);
    out[offset] = level + 10;
    out[offset + 1] = level;
    out[offset + 2] = level - 10;
  } else if (map === 'signed') {
    // Negative blue, positive orange, zero near black: readable on both themes.
    const size = Math.min(1, Math.abs(value));
    out[offset] = 24 + (value > 0 ? 231 : 70) * size;
    out[offset + 1] = 24 + (value > 0 ? 140 : 150) * size;
    out[offset + 2] = 28 + (value > 0 ? 70 : 227) * size;
  } else {
    const level = Math.min(1, Math.max(0, value));
    out[offset] = 20 + 205 * level ** 0.8;
    out[offset + 1] = 18 + 170 * level;
    out[offset + 2] = 32 + 210 * level ** 0.55;
  }
}

/** values [side·side] as opaque RGBA, row by row. */
export function toRgba(
  values: ArrayLike<number>,
  map: ColourMap,
  offset = 0,
  length = values.length - offset,
): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(length * 4);
  for (let i = 0; i < length; i += 1) paint(map, values[offset + i] ?? 0, rgba, i * 4);
  return rgba;
}
