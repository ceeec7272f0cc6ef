/** Latents as small pictures: numbers side by side in channels, as the engine gives them. */

/** How the numbers of one latent are arranged. */
export interface Grid {
  readonly side: number;
  readonly channels: number;
}

export const pixelCount = 28 * 28;

export function numbersOf({ side, channels }: Grid): number {
  return side * side * channels;
}

/** The latent number `index` of several. @param values [n, side, side, channels] */
export function latentAt(values: Float32Array, grid: Grid, index: number): Float32Array {
  const length = numbersOf(grid);
  return values.subarray(index * length, (index + 1) * length);
}

/** One channel of one latent, [side, side], for the eye; null where there is none. @param values [n, side, side, channels] */
export function channelOf(
  values: Float32Array | null | undefined,
  grid: Grid,
  index: number,
  channel: number,
): Float32Array | null {
  const length = numbersOf(grid);
  if (!values || values.length < (index + 1) * length) return null;
  return Float32Array.from(
    { length: grid.side * grid.side },
    (_, cell) => values[index * length + cell * grid.channels + channel] ?? 0,
  );
}

/** Each number times its channel's factor. @param values [n, side, side, channels] @param factors [channels] */
export function timesChannels(values: Float32Array, factors: ArrayLike<number>): Float32Array {
  return values.map((value, i) => value * (factors[i % factors.length] ?? 1));
}

/** The same undone: latents of deviation 1. */
export function overChannels(values: Float32Array, factors: ArrayLike<number>): Float32Array {
  return values.map((value, i) => value / (factors[i % factors.length] ?? 1));
}

/** The latent with one of its numbers replaced. @param latent [side, side, channels] */
export function withNumber(
  latent: Float32Array,
  { channels }: Grid,
  place: { readonly cell: number; readonly channel: number },
  value: number,
): Float32Array {
  const changed = latent.slice();
  changed[place.cell * channels + place.channel] = value;
  return changed;
}

/** Mean squared difference; of pictures in −1..1 as everywhere. */
export function meanSquared(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return sum / a.length;
}

/** Share of the pixels of a 28 × 28 picture that differ by more than `least`. */
export function changedShare(a: ArrayLike<number>, b: ArrayLike<number>, least: number): number {
  let changed = 0;
  for (let i = 0; i < a.length; i += 1) if (Math.abs((a[i] ?? 0) - (b[i] ?? 0)) > least) changed += 1;
  return changed / a.length;
}
