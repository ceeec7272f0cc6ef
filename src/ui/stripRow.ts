/** What MomentStrip shows: rows of pictures at common moments. */
import type { ColourMap } from '../draw/colourMaps';
import type { QuantityName } from './quantities';

/** One row of a strip: a quantity or a film, at the strip's moments. */
export interface StripRow {
  readonly id: string;
  readonly title: string;
  readonly symbol?: string;
  readonly note?: string;
  readonly quantity: QuantityName;
  readonly map?: ColourMap;
  /** One a moment; null where there is nothing to show, or not yet. */
  readonly pictures: readonly (Float32Array | null)[];
  /** A larger picture in front of the row: the moment that is being looked at. */
  readonly now?: Float32Array | null;
  /** Numbers behind the row, such as evaluations. */
  readonly facts?: readonly (readonly [label: string, value: string])[];
}
