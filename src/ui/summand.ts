/** What PictureSum shows: pictures with the signs between them. */
import type { ColourMap } from '../draw/colourMaps';
import type { QuantityName } from './quantities';

/** A picture in a line of arithmetic, with the sign in front of it. */
export interface Summand {
  readonly sign: '' | '=' | '+' | '→';
  readonly values: Float32Array | null;
  readonly map?: ColourMap;
  readonly quantity: QuantityName;
  readonly symbol: string;
  readonly words: string;
}
