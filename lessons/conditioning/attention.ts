/**
 * Where the network looked while it drew, taken from a film's frames. At every block each pixel (the query) shares its attention among the
 * words (the keys): a map has one such share for each picture, head, pixel and word.
 */
import type { AttentionMap } from '$lib/worker/protocol';
import type { Moment } from './captionStudio.svelte';

/** Whose maps are looked at: one block, one picture, and one head or the mean of all. */
export interface Look {
  readonly layer: string;
  readonly picture: number;
  readonly head: number | null;
}

export function mapIn(frame: Pick<Moment, 'attention'> | null | undefined, layer: string): AttentionMap | null {
  return frame?.attention?.find((map) => map.layer === layer) ?? null;
}

/** Each pixel's share for one word, 0..1. [side·side] */
export function wordMap({ side, heads, places, values }: AttentionMap, { picture, head }: Look, place: number): Float32Array {
  const pixels = side * side;
  const chosen = head === null ? Array.from({ length: heads }, (_, h) => h) : [head];
  return Float32Array.from({ length: pixels }, (_, pixel) => {
    const sum = chosen.reduce((all, h) => all + (values[((picture * heads + h) * pixels + pixel) * places + place] ?? 0), 0);
    return sum / chosen.length;
  });
}

/** What a word gets of all pixels' attention, 0..1: the mean of its map. */
export function shareOf(map: AttentionMap, look: Look, place: number): number {
  const shares = wordMap(map, look, place);
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** The largest share that any pixel gives a word, over a whole film. 0 without maps. */
export function strongest(frames: readonly Pick<Moment, 'attention'>[], look: Look, place: number): number {
  let most = 0;
  for (const frame of frames) {
    const map = mapIn(frame, look.layer);
    if (map) for (const share of wordMap(map, look, place)) most = Math.max(most, share);
  }
  return most;
}

/** A word's share at t = 0 … T, straight between the film's moments; NaN where there was none. */
export function shareByTime(
  frames: readonly Pick<Moment, 't' | 'attention'>[],
  look: Look,
  place: number,
  T: number,
): Float32Array {
  const points = frames
    .flatMap((frame) => {
      const map = mapIn(frame, look.layer);
      return map ? [{ t: frame.t, share: shareOf(map, look, place) }] : [];
    })
    .sort((a, b) => a.t - b.t);
  const dense = new Float32Array(T + 1).fill(NaN);
  points.forEach((point, i) => {
    dense[point.t] = point.share;
    const next = points[i + 1];
    if (!next) return;
    for (let t = point.t + 1; t < next.t; t += 1) {
      const along = (t - point.t) / (next.t - point.t);
      dense[t] = (1 - along) * point.share + along * next.share;
    }
  });
  return dense;
}

/** Where a block sits, for the reader. */
export function layerWords(layer: string, side: number): string {
  const size = `${side} × ${side}`;
  if (layer.startsWith('down')) return `${size}, on the way in`;
  if (layer.startsWith('up')) return `${size}, on the way out`;
  const inner = Number(layer.split('.')[1] ?? 0);
  return `${size}, block ${inner + 1}`;
}
