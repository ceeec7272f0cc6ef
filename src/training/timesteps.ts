/** Which moments of the schedule a batch trains on. Plain arithmetic, no tensors. */
import { power } from '../base/portableMath';
import type { Rng } from '../base/rng';
import type { Schedule } from '../diffusion/types';
import type { Recipe } from './recipe';

type TimestepRecipe = Pick<Recipe, 'batchSize' | 'timestepExponent' | 'stratifiedTimesteps' | 'snrShift' | 'timestepRange'>;

/**
 * t = ⌊T·u^exponent⌋ + 1, with u limited to where t falls into the recipe's range. Stratified: one u in each of B equal strata, so that every batch has seen all kinds of noise and the
 * loss of one step can be compared with the next.
 * @returns [B], 1..T
 */
export function drawTimesteps(recipe: TimestepRecipe, schedule: Schedule, rng: Rng): Int32Array {
  const { batchSize, timestepExponent, stratifiedTimesteps, snrShift, timestepRange } = recipe;
  const { T } = schedule;
  const [from, to] = timestepRange;
  const [least, most] = [from, to].map((border) => shareBelow(border / T, timestepExponent));
  return Int32Array.from({ length: batchSize }, (_, i) => {
    const share = stratifiedTimesteps ? (i + rng.uniform()) / batchSize : rng.uniform();
    const u = (least ?? 0) + ((most ?? 1) - (least ?? 0)) * share;
    const place = T * power(u, timestepExponent);
    const t = Math.floor(snrShift === 1 ? place : shifted(place, snrShift, schedule)) + 1;
    return Math.min(Math.max(t, from + 1), to, T);
  });
}

/** The share of all draws of t that fall below so much of the schedule: the u with u^exponent = place. */
export function shareBelow(place: number, exponent: number): number {
  return place <= 0 ? 0 : place >= 1 ? 1 : power(place, 1 / exponent);
}

/**
 * The place (0..T, not a whole number) whose SNR is `factor` times that of another place; ᾱ in between two levels is taken as straight.
 * On the cosine schedule tan(π/2 · t/T) is divided by √factor.
 */
function shifted(place: number, factor: number, { T, alphasCumprod }: Schedule): number {
  const at = (t: number): number => alphasCumprod[t] ?? 0;
  const low = Math.min(Math.floor(place), T - 1);
  const alphaBar = at(low) + (place - low) * (at(low + 1) - at(low));
  const wanted = (factor * alphaBar) / (1 - alphaBar + factor * alphaBar); // ᾱ = SNR / (1 + SNR)
  let [clean, noisy] = [0, T];
  while (noisy - clean > 1) {
    const middle = (clean + noisy) >> 1;
    if (at(middle) > wanted) clean = middle;
    else noisy = middle;
  }
  return clean + (at(clean) - wanted) / (at(clean) - at(noisy));
}
