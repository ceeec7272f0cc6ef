/** Telling work from sleep: a laptop that was closed for an hour in the middle of a step has not trained for an hour. */

/** No round of the loop takes longer than this, pictures and all, even where a graphics card is only imitated. */
const longestRoundMs = 60_000;

/**
 * How much of the time between two looks at the clock counts as work.
 * @param usualMs what the last round took
 */
export function awakeMs(elapsedMs: number, usualMs: number): number {
  return elapsedMs > longestRoundMs ? usualMs : Math.max(0, elapsedMs);
}
