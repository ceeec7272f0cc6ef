/** The plane of an autoencoder with two numbers: places on the screen and in it, steps by keys, and which test digits lie where. */
import type { PlanePoint } from '$lib/data/recordedLatent';

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** So much of the points lies within what is shown, on each axis; the rest are far out. */
const shownShare = 0.99;

/** Half the side of the square that is shown, around the origin. @returns 3 of no points, which holds a standard normal */
export function reachOf(points: readonly Spot[]): number {
  const all = points.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)]).toSorted((a, b) => a - b);
  const last = all[Math.floor(shownShare * all.length)];
  return last === undefined ? 3 : Math.ceil(2 * last) / 2;
}

/** Where a place of the plane lies on a square of `sidePx`; y points up. */
export function toPx({ x, y }: Spot, reach: number, sidePx: number): Spot {
  return { x: ((x + reach) / (2 * reach)) * sidePx, y: ((reach - y) / (2 * reach)) * sidePx };
}

export function fromPx({ x, y }: Spot, reach: number, sidePx: number): Spot {
  return within({ x: (x / sidePx) * 2 * reach - reach, y: reach - (y / sidePx) * 2 * reach }, reach);
}

/** Limited to what is shown. */
export function within({ x, y }: Spot, reach: number): Spot {
  const limited = (value: number): number => Math.min(reach, Math.max(-reach, value));
  return { x: limited(x), y: limited(y) };
}

/** Steps across what is shown. */
const steps = 40;
/** With Shift held. */
const largeStep = 5;

const directions: Readonly<Record<string, Spot>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: 1 },
  ArrowDown: { x: 0, y: -1 },
};

/** Where a key leads; null for a key that leads nowhere. Home is the middle. */
export function keyStep(key: string, isLarge: boolean, from: Spot, reach: number): Spot | null {
  if (key === 'Home') return { x: 0, y: 0 };
  const direction = directions[key];
  if (!direction) return null;
  const size = ((2 * reach) / steps) * (isLarge ? largeStep : 1);
  return within({ x: from.x + direction.x * size, y: from.y + direction.y * size }, reach);
}

/** How many of the nearest say what lies around a place. */
const neighbours = 12;

/** Which digits lie around a place, the most frequent first. Empty of no points. */
export function aroundOf(
  points: readonly PlanePoint[],
  { x, y }: Spot,
): readonly { readonly label: number; readonly count: number }[] {
  const nearest = points
    .map((point) => ({ label: point.label, distance: (point.x - x) ** 2 + (point.y - y) ** 2 }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, neighbours);
  const labels = [...new Set(nearest.map(({ label }) => label))];
  return labels
    .map((label) => ({ label, count: nearest.filter((each) => each.label === label).length }))
    .sort((a, b) => b.count - a.count || a.label - b.label);
}

/** "Of the 12 test digits nearest to here, 9 are 4s and 3 are 9s." */
export function aroundWords(around: ReturnType<typeof aroundOf>): string {
  const total = around.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return '';
  const parts = around.map(({ label, count }) => `${count} ${count === 1 ? 'is a' : 'are'} ${label}${count === 1 ? '' : 's'}`);
  return `Of the ${total} test digits nearest to here, ${parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`}.`;
}

/** A sheet of places, row by row from the top left, for the decoder to draw the whole plane. [side·side·2] */
export function sheetOf(side: number, reach: number): Float32Array {
  const at = (i: number): number => ((i + 0.5) / side) * 2 * reach - reach;
  return Float32Array.from({ length: side * side * 2 }, (_, i) => {
    const cell = Math.floor(i / 2);
    return i % 2 === 0 ? at(cell % side) : -at(Math.floor(cell / side));
  });
}

/** Pictures of [n, 28, 28] laid out as one square, `side` a row. */
export function tiled(pictures: Float32Array, side: number): Float32Array {
  const own = 28;
  const width = side * own;
  const sheet = new Float32Array(width * width);
  for (let i = 0; i < pictures.length; i += 1) {
    const picture = Math.floor(i / (own * own));
    const row = Math.floor(picture / side) * own + Math.floor((i % (own * own)) / own);
    sheet[row * width + (picture % side) * own + (i % own)] = pictures[i] ?? 0;
  }
  return sheet;
}
