/** Numbers as this lesson writes them. */

/** 0.873 as 87%. */
export function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

/** Below this a number is said to be smaller than this, instead of being written with an exponent. */
const smallest = 1e-6;

/** A small positive number in two significant digits: 0.00004, 0.37. */
export function small(value: number): string {
  return value < smallest ? 'less than 0.000001' : String(Number(value.toPrecision(2)));
}
