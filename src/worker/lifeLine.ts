/**
 * How the page learns that its worker is gone. A browser that ends a worker, for want of memory say, fires no event; but a
 * lock that the worker holds for life comes free. It needs no timer, so a step that takes a minute raises no alarm.
 */

/** In the worker: settles once the lock is held, or at once where there are no locks. */
export function holdLifeLine(name: string): Promise<void> {
  if (!('locks' in navigator)) return Promise.resolve();
  return new Promise((resolve) => {
    const forLife = (): Promise<never> => {
      resolve();
      return new Promise(() => undefined);
    };
    navigator.locks.request(name, forLife).catch(() => resolve()); // refused in some private windows: nobody will watch
  });
}

/**
 * On the page, when the worker is known to hold its line.
 * @param signal ends the watch, for a worker that is ended on purpose
 */
export function watchLifeLine(name: string, signal: AbortSignal, onEnd: () => void): void {
  if (!('locks' in navigator)) return;
  navigator.locks.request(name, { signal }, () => onEnd()).catch(() => undefined); // aborted, or refused as above
}
