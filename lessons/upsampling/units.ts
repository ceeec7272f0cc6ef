/** Large amounts of arithmetic and small shares, as one reads them. */

const units = [
  { size: 1e15, name: 'PFLOP' },
  { size: 1e12, name: 'TFLOP' },
  { size: 1e9, name: 'GFLOP' },
  { size: 1e6, name: 'MFLOP' },
] as const;
const smallest = units[3];

/** "0.75 GFLOP" reads worse than "750 MFLOP": the unit is the largest that leaves at least 1, with three figures at most. */
export function flopsWords(flops: number): string {
  const { size, name } = units.find((unit) => flops >= unit.size) ?? smallest;
  const value = flops / size;
  return `${value >= 100 ? Math.round(value).toLocaleString('en') : Number(value.toPrecision(value >= 10 ? 3 : 2))} ${name}`;
}

/** "4.0%"; the digits say how exact the share is. */
export function percentWords(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)}%`;
}

/** "1, 2 and 3". */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

/** "0.42 s", "26 ms". */
export function secondsWords(seconds: number): string {
  return seconds < 0.1 ? `${Number((1000 * seconds).toPrecision(2))} ms` : `${Number(seconds.toPrecision(2))} s`;
}
