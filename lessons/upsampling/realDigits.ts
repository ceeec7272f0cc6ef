/** One real digit of each class, made small: those that ship with lesson 1, or others of MNIST's first 3,000. */
import { shrink } from '$lib/data/resize';
import type { FirstShard } from '../forward-process/firstShard.svelte';
import { shownDigits } from '../forward-process/shippedDigits';

const full = 28;
export const realLabels: readonly number[] = shownDigits.map(({ label }) => label);
/** The set that needs no download. */
export const shippedSet = 1;
/** So far apart the sets begin in the shard: no digit comes twice in twenty of them. */
const stride = 149;

/** [10, side, side] in −1..1. @param from other digits than those that ship, as long as they are there */
export function smallDigits(side: number, from?: { readonly set: number; readonly shard: FirstShard }): Float32Array {
  const pictures = shownDigits.map(({ label, x0 }) => {
    if (!from || from.set === shippedSet || from.shard.status.kind !== 'ready') return x0;
    return from.shard.nextOf(label, (from.set * stride) % from.shard.status.count)?.x0 ?? x0;
  });
  return shrink(joined(pictures), full, side);
}

export function joined(pictures: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(pictures.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const picture of pictures) {
    all.set(picture, place);
    place += picture.length;
  }
  return all;
}
