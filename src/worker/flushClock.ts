/**
 * When to read results back. Each read makes the GPU's queue run dry, so several steps share one; but the reader wants news, and a
 * queue that grows without limit would make a pause wait.
 */
const intervalMs = 150;
const mostSteps = 16;

export class FlushClock {
  #unread = 0;
  #startedAt = 0;
  /** One at first: nothing is known of the speed, and the first step may compile shaders. */
  #stepsPerFlush = 1;

  stepTaken(nowMs: number): void {
    if (this.#unread === 0) this.#startedAt = nowMs;
    this.#unread += 1;
  }

  isDue(nowMs: number): boolean {
    return this.#unread >= this.#stepsPerFlush || (this.#unread > 0 && nowMs - this.#startedAt >= intervalMs);
  }

  /** @param msPerStep as measured over the steps just read */
  flushed(msPerStep: number): void {
    this.#unread = 0;
    this.#stepsPerFlush = Math.max(1, Math.min(mostSteps, Math.floor(intervalMs / msPerStep)));
  }
}
