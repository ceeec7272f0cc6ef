/**
 * Between two noises: spherical interpolation (Shoemake 1985, "Animating rotation with quaternion curves"; for x_T: Song, Meng &
 * Ermon 2020, arXiv:2010.02502, section 5.3 and appendix D.5). Noise in many dimensions lies close to a sphere; the straight line between two
 * such points leaves it, half-way at √½ of the length, and no such x_T was ever seen in training.
 */
import { AppError } from '../base/errors';

export interface Slerp {
  readonly a: Float32Array;
  readonly b: Float32Array;
  /** 0 gives a, 1 gives b. */
  readonly share: number;
}

/** Below this sine two directions are one, or opposite, and no plane lies between them. */
const leastSine = 1e-6;

/**
 * sin((1 − s)·θ)/sin θ · a + sin(s·θ)/sin θ · b, θ being the angle between a and b; the straight line where θ is 0 or π.
 * @throws shape, for arrays of different lengths; range, for a share outside [0, 1]
 */
export function slerp({ a, b, share }: Slerp): Float32Array {
  if (a.length !== b.length) throw new AppError('shape', `Between ${a.length} and ${b.length} numbers there is no path.`);
  if (!(share >= 0 && share <= 1)) throw new AppError('range', `The share must lie between 0 and 1; it was ${share}.`);
  const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  const angle = Math.acos(Math.min(Math.max(cosine, -1), 1)); // rounding may go past ±1
  const sine = Math.sin(angle);
  const isPlane = sine > leastSine; // false for NaN, too: a or b is 0
  const ofA = isPlane ? Math.sin((1 - share) * angle) / sine : 1 - share;
  const ofB = isPlane ? Math.sin(share * angle) / sine : share;
  return a.map((value, i) => ofA * value + ofB * (b[i] ?? 0));
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
