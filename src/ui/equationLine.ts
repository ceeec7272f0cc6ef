/** What NumberedEquation shows: sums of weighted values, with their symbols. */
import type { QuantityName } from './quantities';

export interface EquationTerm {
  readonly quantity: QuantityName;
  readonly symbol: string;
  /** How the weight reads among symbols, e.g. "√ᾱₜ". */
  readonly weightSymbol: string;
  readonly weight: number;
  readonly value: number;
}
/** result = Σ weight · value, first in symbols and then in numbers. */
export interface EquationLine {
  readonly words: string;
  readonly quantity: QuantityName;
  readonly symbol: string;
  readonly value: number;
  readonly terms: readonly EquationTerm[];
}
