/** Drawing on few pixels without a pointer: a cursor goes from pixel to pixel and inks it or wipes it. */
import { pixelAfterKey, placeOf } from '$lib/draw/grid';
import { padSide } from './padSide';

export type PenStroke = { readonly kind: 'move'; readonly cell: number } | { readonly kind: 'ink'; readonly value: 1 | -1 };

/** What a key does with the cursor at this pixel of `side` × `side`; null for a key that is for somebody else. */
export function penStroke(key: string, cell: number, side: number): PenStroke | null {
  if (key === ' ' || key === 'Enter') return { kind: 'ink', value: 1 };
  if (key === 'Backspace' || key === 'Delete') return { kind: 'ink', value: -1 };
  const moved = pixelAfterKey(cell, key, side);
  return moved === null ? null : { kind: 'move', cell: moved };
}

/**
 * A drawing with one of its small pixels inked or wiped.
 * @param ink [28, 28]; borrowed
 * @param cell of `side` × `side`, row by row
 */
export function withCell(ink: Float32Array, side: number, cell: number, value: number): Float32Array {
  const block = padSide / side;
  return ink.map((before, i) => {
    const { row, column } = placeOf(i, padSide);
    return Math.floor(row / block) * side + Math.floor(column / block) === cell ? value : before;
  });
}
