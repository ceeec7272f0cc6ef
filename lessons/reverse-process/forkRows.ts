/** The pure parts of the fork: which moments are copied, the copies, and what the reader's judgement amounts to. */

/** As many copies of one picture, one after the other. */
export function repeated(picture: Float32Array, times: number): Float32Array {
  const all = new Float32Array(picture.length * times);
  for (let i = 0; i < times; i += 1) all.set(picture, i * picture.length);
  return all;
}

/**
 * From which moment on the digit was decided, by the reader's own judgement: the largest t from which downwards every row was
 * judged to be one digit. Null if a lower row was not judged so.
 */
export function decidedFrom(rows: readonly { readonly t: number }[], sameAt: readonly number[]): number | null {
  let decided: number | null = null;
  for (const { t } of [...rows].sort((a, b) => a.t - b.t)) {
    if (!sameAt.includes(t)) break;
    decided = t;
  }
  return decided;
}

/** For each wanted t the frame that is nearest to it, each frame once, in the order of the wishes. */
export function nearestTo<F extends { readonly t: number }>(wanted: readonly number[], frames: readonly F[]): readonly F[] {
  const chosen = wanted.map((t) => [...frames].sort((a, b) => Math.abs(a.t - t) - Math.abs(b.t - t))[0]);
  return chosen.filter((frame, i): frame is F => frame !== undefined && chosen.indexOf(frame) === i);
}
