/** What FamilyTable.svelte takes, and how its numbers are written. A file that src/data/recordedFamily.ts has read fits. */

export interface Spread {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

/** In the order of the columns. */
export const columns = [
  { measure: 'fd', head: 'Fréchet distance', unit: 'tenths' },
  { measure: 'class', head: 'class', unit: 'share' },
  { measure: 'slant', head: 'slant', unit: 'share' },
  { measure: 'thickness', head: 'thickness', unit: 'share' },
  { measure: 'width', head: 'width', unit: 'share' },
  { measure: 'all', head: 'all four', unit: 'share' },
  { measure: 'midInk', head: 'blur', unit: 'hundredths' },
  { measure: 'variety', head: 'variety', unit: 'tenths' },
] as const;
export type Column = (typeof columns)[number];

export type Quality = Readonly<Partial<Record<Column['measure'], Spread>>>;

export interface Costs {
  readonly parameters: number;
  readonly trainingFlops: number;
  readonly seconds: number;
}

export interface Network extends Costs {
  readonly name: string;
  readonly does: string;
  readonly lesson: number;
  readonly steps: number;
  readonly device: string;
  readonly marks: readonly string[];
}

export interface System extends Costs {
  readonly name: string;
  readonly lesson: number;
  readonly guidanceScale: number;
  readonly nfe: number;
  readonly quality: Quality;
  /** What the same reached in another program, where it was tried there. */
  readonly rehearsed?: Readonly<Partial<Record<Column['measure'], number>>>;
}

export interface Family {
  /** Pictures in each measurement of a seed. */
  readonly n: number;
  readonly real: Quality;
  readonly networks: readonly Network[];
  readonly systems: readonly System[];
}

export function measureText({ unit }: Column, value: number): string {
  if (unit === 'share') return `${(100 * value).toFixed(1)}%`;
  return value.toFixed(unit === 'hundredths' ? 2 : 1);
}

/** From the lowest to the highest seed; nothing, where they are the same. */
export function rangeText(column: Column, { min, max }: Spread): string {
  if (min === max) return '';
  return [min, max].map((end) => measureText(column, end).replace('%', '')).join('–');
}

export function flopsText(value: number): string {
  return value >= 1e12 ? `${(value / 1e12).toFixed(2)} TFLOP` : `${(value / 1e9).toFixed(0)} GFLOP`;
}

const longestInSeconds = 100;

export function secondsText(value: number): string {
  return value < longestInSeconds ? `${value.toFixed(0)} s` : `${(value / 60).toFixed(1)} min`;
}
