/** Three bins of an attribute, a third of the training digits in each. */
import { AppError } from '../../base/errors';
import { edges } from './edges';
import type { Attribute, Bin } from './vocabulary';

export { type Bin } from './vocabulary';

/** The two values that part the thirds; a value on an edge lies above it. */
export type Edges = readonly [number, number];

export interface AttributeEdges {
  /** Of all digits together. */
  readonly thickness: Edges;
  /** [class], since across classes they would only tell the class again: nearly every one is narrow. */
  readonly slant: readonly Edges[];
  readonly width: readonly Edges[];
}

/**
 * @param measured by measureAttributes; NaN falls into bin 0
 * @param digit 0 … 9, whose slants and widths this one is held against
 */
export function binsOf(measured: Readonly<Record<Attribute, number>>, digit: number): Record<Attribute, Bin> {
  return {
    slant: binOf(measured.slant, edges.slant[digit]),
    thickness: binOf(measured.thickness, edges.thickness),
    width: binOf(measured.width, edges.width[digit]),
  };
}

/** @throws internal, for a class that there is not */
function binOf(value: number, edgesOf: Edges | undefined): Bin {
  if (!edgesOf) throw new AppError('internal', 'There are bins of the digits 0 to 9 alone.');
  const [low, high] = edgesOf;
  if (value >= high) return 2;
  return value >= low ? 1 : 0;
}
