/** The longest time for which this page's own thread was not free: while it works, nothing answers a reader's hand. */

/** The browser reports tasks from this length on. */
export const reportedFromMs = 50;

const kind = 'longtask';

export class LongTasks {
  /** Milliseconds since `begin`; 0 when no task was long enough to be reported. */
  longestMs = $state(0);
  readonly #isSupported = typeof PerformanceObserver !== 'undefined' && PerformanceObserver.supportedEntryTypes.includes(kind);
  #from = 0;

  /** Not every browser tells. */
  get isSupported(): boolean {
    return this.#isSupported;
  }

  /** What happened before counts no more. */
  begin(): void {
    this.#from = performance.now();
    this.longestMs = 0;
  }

  /** @returns how to stop */
  watch(): () => void {
    if (!this.#isSupported) return () => undefined;
    const observer = new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) {
        if (startTime >= this.#from) this.longestMs = Math.max(this.longestMs, duration);
      }
    });
    observer.observe({ type: kind });
    return () => observer.disconnect();
  }
}
