/** A soft round brush on a small grid, about as thick and as soft as the strokes of MNIST. Values are −1 (paper) … 1 (ink). */

export interface Point {
  /** In pixels of the grid, from its left or upper edge; 0.5 is the middle of the first pixel. */
  readonly x: number;
  readonly y: number;
}

export const brush = {
  /** Full ink up to here, in pixels from the middle of the stroke. */
  corePx: 0.75,
  /** No ink beyond. */
  reachPx: 1.9,
} as const;

/**
 * Draws a straight stroke. Ink never fades where it lies already.
 * @param values [side·side]; borrowed
 * @returns a new picture
 */
export function stroke(values: Float32Array, side: number, from: Point, to: Point): Float32Array {
  return values.map((value, i) => {
    const middle = { x: (i % side) + 0.5, y: Math.floor(i / side) + 0.5 };
    return Math.max(value, inkAt(distanceToSegment(middle, from, to)));
  });
}

/** −1 … 1 at a distance from the middle of the stroke. */
function inkAt(distancePx: number): number {
  const share = (brush.reachPx - distancePx) / (brush.reachPx - brush.corePx);
  return 2 * Math.min(1, Math.max(0, share)) - 1;
}

function distanceToSegment(point: Point, from: Point, to: Point): number {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length2 = dx * dx + dy * dy;
  const along = length2 > 0 ? ((point.x - from.x) * dx + (point.y - from.y) * dy) / length2 : 0;
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - from.x - share * dx, point.y - from.y - share * dy);
}
