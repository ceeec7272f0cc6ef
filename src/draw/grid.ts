/** Moving about in a square picture whose pixels are numbered row by row. */

export interface Place {
  readonly row: number;
  readonly column: number;
}

export function placeOf(pixel: number, side: number): Place {
  return { row: Math.floor(pixel / side), column: pixel % side };
}

/** Where an arrow key leads, staying at the edge; null for any other key. */
export function pixelAfterKey(pixel: number, key: string, side: number): number | null {
  const move = moves[key];
  if (!move) return null;
  const { row, column } = placeOf(pixel, side);
  const within = (place: number): number => Math.min(side - 1, Math.max(0, place));
  return within(row + move.row) * side + within(column + move.column);
}

const moves: Readonly<Record<string, Place>> = {
  ArrowUp: { row: -1, column: 0 },
  ArrowDown: { row: 1, column: 0 },
  ArrowLeft: { row: 0, column: -1 },
  ArrowRight: { row: 0, column: 1 },
};
