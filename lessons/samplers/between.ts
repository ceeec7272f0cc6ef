/** Noises between two noises, on the sphere and on the straight line. */
import { createRng } from '$lib/base/rng';
import { slerp } from '$lib/diffusion/interpolation';
import { pixels } from '../reverse-process/films';

/** Shares of the second noise, both ends included. */
export const shares = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1] as const;

export type PathKind = 'slerp' | 'line';

/** The noises on one path, one after the other; [shares, 28, 28]. The seed names both ends. */
export function noisesBetween(kind: PathKind, seed: number): Float32Array {
  const rng = createRng(seed, 'between');
  const [a, b] = [rng.fork('a').normals(pixels), rng.fork('b').normals(pixels)];
  const all = new Float32Array(shares.length * pixels);
  shares.forEach((share, i) => {
    const between = kind === 'slerp' ? slerp({ a, b, share }) : a.map((value, k) => (1 - share) * value + share * (b[k] ?? 0));
    all.set(between, i * pixels);
  });
  return all;
}
