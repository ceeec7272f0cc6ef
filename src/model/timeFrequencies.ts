/** The frequencies of the timestep embedding (timeEmbedding.ts), as plain numbers. */
import { exp, log } from '../base/portableMath';

/** Angle of the quickest feature at the end of the schedule, in radians. */
export const highestAngle = 100;
/** Quickest to slowest frequency. */
const frequencyRatio = 1000;

/** f_k from 1 down to 1/1000, evenly spaced in their logarithm; half as many as features. */
export function frequencies(features: number): Float32Array {
  const count = features / 2;
  return Float32Array.from({ length: count }, (_, k) => exp((-log(frequencyRatio) * k) / (count - 1)));
}
