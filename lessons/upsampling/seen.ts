/** What an upsampler looks at: the small pictures enlarged, then noised. The very numbers of src/worker/smallPictures.ts, for the eye. */
import { createRng } from '$lib/base/rng';
import { enlarge } from '$lib/data/resize';
import { augment } from '$lib/diffusion/augmentation';
import { stageSeed } from '$lib/diffusion/cascade';
import type { Schedule } from '$lib/diffusion/types';

export interface SeenAsk {
  /** [n, side, side] in −1..1 */
  readonly small: Float32Array;
  readonly side: number;
  /** Side of what the upsampler draws. */
  readonly to: number;
  /** Level of the noise, 0 (none) … 5. */
  readonly k: number;
  readonly schedule: Schedule;
  /** Of the chain, and which of its stages looks. */
  readonly seed: number;
  readonly stage: number;
}

/** [n, to, to] */
export function seenBy({ small, side, to, k, schedule, seed, stage }: SeenAsk): Float32Array {
  const large = enlarge(small, side, to);
  const rng = createRng(stageSeed(seed, stage), 'augmentation');
  const pixels = to * to;
  const noised = new Float32Array(large.length);
  for (let i = 0; i < large.length / pixels; i += 1) {
    const own = large.subarray(i * pixels, (i + 1) * pixels);
    noised.set(augment({ pixels: own, k, schedule, rng: rng.fork(i) }), i * pixels);
  }
  return noised;
}
