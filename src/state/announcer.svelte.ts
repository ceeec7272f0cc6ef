/** Decides when a screen reader is told what training does: at each change of status, and now and then while it runs. */
import type { RunId, RunSnapshot } from '../worker/protocol';
import { isActive } from './liveSentence';

const intervalMs = 15_000;

export class Announcer {
  text = $state('');
  #toldAt = 0;
  #told: Partial<Record<RunId, string>> = {};

  tell(run: RunSnapshot, sentence: string, nowMs = performance.now()): void {
    const { status } = run;
    const what = status.kind === 'preparing' ? `${status.kind}: ${status.what}` : status.kind;
    const before = this.#told[run.runId];
    this.#told[run.runId] = what;
    const isFirst = before === undefined && !isActive(status); // a page that opens has nothing to report
    const isDue = isActive(status) && nowMs - this.#toldAt >= intervalMs;
    if (isFirst || (before === what && !isDue)) return;
    this.text = sentence;
    this.#toldAt = nowMs;
  }
}
