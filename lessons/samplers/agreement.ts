/** Comparing pictures that two samplers made of the same noises. */

/** How many of two rows' pictures are taken for the same digit; null while one of the rows is not judged. */
export function agreeing(
  a: readonly { readonly digit: number }[] | null,
  b: readonly { readonly digit: number }[] | null,
): number | null {
  if (!a || !b) return null;
  return a.filter(({ digit }, i) => digit === b[i]?.digit).length;
}

/** The largest difference between two pictures' pixels. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i += 1) largest = Math.max(largest, Math.abs((a[i] ?? 0) - (b[i] ?? 0)));
  return largest;
}

/** Noises that one network has drawn from, and those from which both ways of a pair came to the same digit. */
export interface Tally {
  readonly source: string;
  readonly noises: number;
  readonly acrossSamplers: number;
  readonly acrossSteps: number;
}

/** The sum, if both are one network's; else what came last. */
export function addUp(before: Tally | null, last: Tally): Tally {
  if (before?.source !== last.source) return last;
  return {
    source: last.source,
    noises: before.noises + last.noises,
    acrossSamplers: before.acrossSamplers + last.acrossSamplers,
    acrossSteps: before.acrossSteps + last.acrossSteps,
  };
}
