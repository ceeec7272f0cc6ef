/** Which training pictures are most like a given one: plain distance between pixels, the honest first test for copying. */
import { imageBytes } from './manifest';
import type { MnistStore } from './mnist';
import type { Neighbour } from './openingFilm';

interface Search {
  /** [784] in [−1, 1]. */
  readonly target: Float32Array;
  readonly store: Pick<MnistStore, 'image' | 'label'>;
  /** Searches training pictures 0..count−1, which must have arrived. */
  readonly count: number;
  readonly keep: number;
}

/** The `keep` nearest, nearest first. @throws data/fetch, where a picture is not here */
export function nearestPictures({ target, store, count, keep }: Search): readonly Neighbour[] {
  // Distances in brightness 0..255, so that the bytes are compared as they lie.
  const bytes = target.map((value) => (value + 1) * 127.5);
  const best: { index: number; squared: number }[] = [];
  for (let index = 0; index < count; index += 1) {
    const image = store.image(index);
    const limit = best.length < keep ? Infinity : (best.at(-1)?.squared ?? Infinity);
    let squared = 0;
    for (let i = 0; i < imageBytes && squared < limit; i += 1) squared += ((bytes[i] ?? 0) - (image[i] ?? 0)) ** 2;
    if (squared >= limit) continue;
    best.push({ index, squared });
    best.sort((a, b) => a.squared - b.squared);
    best.length = Math.min(best.length, keep);
  }
  return best.map(({ index, squared }) => ({
    index,
    label: store.label(index),
    distance: Math.sqrt(squared) / 127.5,
    pixels: store.image(index).slice(),
  }));
}
