/** Captions, pictures and the prior's samples in one plane: its extent, its means, and the example that is nearest to a pointer. */
import type { Point, ProjectedExample } from '$lib/data/recordedUnclip';

export const places = ['text', 'image', 'prior'] as const;
export type PlaceName = (typeof places)[number];

export interface Extent {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Of all places of all examples. */
export function extentOf(examples: readonly ProjectedExample[]): Extent {
  const all = examples.flatMap((example) => places.map((place) => example[place]));
  const span = (axis: 0 | 1): readonly [number, number] => {
    const values = all.map((point) => point[axis]);
    return values.length === 0 ? [-1, 1] : [Math.min(...values), Math.max(...values)];
  };
  return { x: span(0), y: span(1) };
}

export function meanPoint(points: readonly Point[]): Point {
  const sum = points.reduce<Point>(([x, y], [px, py]) => [x + px, y + py], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}

/** The example with a place of the shown kinds nearest to a point of the plane; null where nothing is shown. */
export function nearestExample(examples: readonly ProjectedExample[], shown: readonly PlaceName[], [x, y]: Point): number | null {
  let best: { readonly index: number; readonly distance: number } | null = null;
  examples.forEach((example, index) => {
    for (const place of shown) {
      const [px, py] = example[place];
      const distance = (px - x) ** 2 + (py - y) ** 2;
      if (!best || distance < best.distance) best = { index, distance };
    }
  });
  return (best as { readonly index: number } | null)?.index ?? null; // TypeScript does not see what the callback assigns
}

/** How far the prior's samples lie from the pictures, as a share of how far the captions do: 0 would be a gap that is crossed. */
export function remainingGap(examples: readonly ProjectedExample[]): number {
  const distance = ([ax, ay]: Point, [bx, by]: Point): number => Math.hypot(ax - bx, ay - by);
  const means = Object.fromEntries(
    places.map((place) => [place, meanPoint(examples.map((example) => example[place]))]),
  ) as Record<PlaceName, Point>;
  return distance(means.prior, means.image) / distance(means.text, means.image);
}
