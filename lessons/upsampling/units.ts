/** Shares and seconds as one reads them. */

/** "4.0%"; the digits say how exact the share is. */
export function percentWords(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)}%`;
}

/** "0.42 s", "26 ms". */
export function secondsWords(seconds: number): string {
  return seconds < 0.1 ? `${Number((1000 * seconds).toPrecision(2))} ms` : `${Number(seconds.toPrecision(2))} s`;
}
