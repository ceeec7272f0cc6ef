/** Which frames of a long film stand in a strip of a few pictures. */

/** `columns` whole numbers from 0 to count − 1, evenly spaced, both ends among them; every one, if there are no more. */
export function evenIndices(count: number, columns: number): readonly number[] {
  if (count <= columns) return Array.from({ length: Math.max(0, count) }, (_, i) => i);
  if (columns === 1) return [count - 1];
  return Array.from({ length: columns }, (_, i) => Math.round((i * (count - 1)) / (columns - 1)));
}

/** The position in `indices` (rising) whose entry is nearest to `index`; the earlier of two; −1 of none. */
export function nearestPosition(indices: readonly number[], index: number): number {
  let nearest = -1;
  let distance = Infinity;
  indices.forEach((candidate, position) => {
    const d = Math.abs(candidate - index);
    if (d < distance) [nearest, distance] = [position, d];
  });
  return nearest;
}
