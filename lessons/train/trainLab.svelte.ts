/** What the figures of this lesson share: which run is shown, the recordings, and what the reader has noted. */
import { parseRecordedRun, type RecordedRun } from '$lib/data/recordedRun';
import type { Session } from '$lib/state/session.svelte';
import type { MainRunId, RunSnapshot } from '$lib/worker/protocol';

/** A film as the figures take it, whoever made it. */
export interface ShownFilm {
  readonly kind: 'live' | 'recorded';
  readonly frames: readonly { readonly step: number; readonly pixels: Uint8Array }[];
}

type Marks = Readonly<Partial<Record<MainRunId, number>>>;
const marksKey = 'train/first-digit';
const runIds: readonly MainRunId[] = ['quick', 'textbook'];

export class TrainLab {
  /** The run that the first figure shows and trains. */
  runId: MainRunId = $state('quick');
  /** How far "Train" goes. */
  steps = $state(500);
  /** Steps between two frames of the film; 0 is often at first and more rarely later. */
  interval = $state(0);
  recorded = $state.raw<Readonly<Partial<Record<MainRunId, RecordedRun>>>>({});
  /** True once it is known which recordings there are. */
  recordingsKnown = $state(false);
  /** The step at which the reader recognised a digit, for each recipe. */
  marks: Marks = $state.raw({});
  /** Steps that a run had when the page brought it back from an earlier visit. */
  restored = $state.raw<Readonly<Partial<Record<MainRunId, number>>>>({});
  readonly session: Session;
  readonly run: RunSnapshot | undefined = $derived.by(() => this.session.runs[this.runId]);

  constructor(session: Session) {
    this.session = session;
  }

  /** Opens everything that the figures show; the recordings first, since they move before the engine is there. */
  async open(addressOf: (file: string) => string, signal: AbortSignal): Promise<void> {
    this.#readMarks();
    const wasReady = this.session.phase === 'ready';
    await Promise.all(runIds.map((id) => this.#fetchRecording(id, addressOf(`/recorded/${id}.json`), signal)));
    this.recordingsKnown = true;
    if (signal.aborted) return;
    await this.session.start();
    if (wasReady || signal.aborted) return;
    const known = runIds.flatMap((id) => this.session.runs[id] ?? []);
    const brought = known.filter((run) => run.stepsDone > 0 && run.savedStep === run.stepsDone);
    this.restored = Object.fromEntries(brought.map((run) => [run.runId, run.stepsDone]));
  }

  /** Anything learned here and now, or on the way to it. */
  isLive(runId: MainRunId): boolean {
    const run = this.session.runs[runId];
    return run !== undefined && (run.stepsDone > 0 || run.status.kind !== 'idle');
  }

  film(runId: MainRunId): ShownFilm {
    if (this.isLive(runId)) return { kind: 'live', frames: this.session.runs[runId]?.film ?? [] };
    return { kind: 'recorded', frames: this.recorded[runId]?.film ?? [] };
  }

  /** How far the shown run trains: the steps set, or as many again for a run that is already there. */
  targetFor(runId: MainRunId): number {
    const done = this.session.runs[runId]?.stepsDone ?? 0;
    return done < this.steps ? this.steps : done + this.steps;
  }

  setInterval(steps: number): void {
    this.interval = steps;
    for (const id of runIds) void this.session.setPreviewInterval(id, steps);
  }

  mark(runId: MainRunId, step: number): void {
    this.marks = { ...this.marks, [runId]: step };
    try {
      localStorage.setItem(marksKey, JSON.stringify(this.marks));
    } catch {
      // Storage is blocked: the mark holds for this page.
    }
  }

  async #fetchRecording(runId: MainRunId, url: string, signal: AbortSignal): Promise<void> {
    try {
      const response = await fetch(url, { signal });
      if (!response.ok) return; // there is no recording: the figures say so, and train
      const run = parseRecordedRun(await response.json());
      this.recorded = { ...this.recorded, [runId]: run }; // the other one may have arrived while we waited
    } catch {
      // Offline, or damaged: a recording is an extra, and what the figures show without it is complete.
    }
  }

  #readMarks(): void {
    try {
      const saved: unknown = JSON.parse(localStorage.getItem(marksKey) ?? '{}');
      if (typeof saved !== 'object' || saved === null) return;
      const entries = Object.entries(saved).filter(([, step]) => typeof step === 'number');
      this.marks = Object.fromEntries(entries);
    } catch {
      // Blocked or damaged: nothing was noted.
      this.marks = {};
    }
  }
}
