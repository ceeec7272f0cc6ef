/** Numbers of this lesson as they are read. */

const giga = 1e9;
const mega = 1e6;
const tera = 1e12;

/** "0.75 GFLOP", "31 MFLOP", "3.2 TFLOP". */
export function flopsWords(flops: number): string {
  if (flops >= tera / 10) return `${figures(flops / tera)} TFLOP`;
  return flops >= giga / 10 ? `${figures(flops / giga)} GFLOP` : `${figures(flops / mega)} MFLOP`;
}

/** As many digits as tell something: 0.75, 3.2, 15, 240. */
function figures(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(value < 1 ? 2 : value < 10 ? 3 : 2)));
}

/** "1 evaluation", "70 evaluations". */
export function counted(count: number, word: string): string {
  return `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;
}

/** "26 ms", "1.3 s", "2 min". */
export function timeWords(ms: number): string {
  const [second, minute] = [1000, 60_000];
  if (ms < second) return `${Math.round(ms)} ms`;
  return ms < 1.5 * minute ? `${(ms / second).toFixed(ms < 10 * second ? 1 : 0)} s` : `${Math.round(ms / minute)} min`;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What takes longer than this is said beforehand. */
const patienceMs = 5_000;
/** And as long as nothing was measured, what asks for more than this. A network of this lesson takes a second for it on a slow machine. */
const patienceFlops = 2e10;

/**
 * A warning before something that takes long; null before what does not.
 * @param flops of all pictures together
 * @param msPerFlop as measured by the last drawing; null before there was one
 */
export function warningOf(what: string, flops: number, msPerFlop: number | null): string | null {
  if (msPerFlop !== null) {
    const ms = flops * msPerFlop;
    return ms > patienceMs
      ? `${what}: ${flopsWords(flops)}, about ${timeWords(ms)} on this device, judging by the last drawing. You can stop at any moment.`
      : null;
  }
  return flops > patienceFlops
    ? `${what}: ${flopsWords(flops)}. How long that takes here is not known before the first drawing; you can stop at any moment.`
    : null;
}
