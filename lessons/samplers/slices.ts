/** Work on the page's own thread, in slices short enough that the page stays smooth while it runs. */

/** Half a frame of 60 a second: the other half is for drawing. */
const sliceMs = 8;

/**
 * Runs a generator to its end, and lets the page draw in between. The generator yields wherever it may be interrupted.
 * @param onslice told after each slice
 * @returns whether it came to its end; false when the signal stopped it
 */
export async function inSlices(
  work: Iterator<unknown>,
  signal: AbortSignal,
  onslice: () => void = () => undefined,
): Promise<boolean> {
  while (!signal.aborted) {
    const until = performance.now() + sliceMs;
    let done = false;
    while (!done && performance.now() < until) done = work.next().done === true;
    onslice();
    if (done) return true;
    await nextFrame();
  }
  work.return?.();
  return false;
}

/** A hidden page draws no frames, so that its work waits until it is looked at. */
function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => resolve());
  });
}
