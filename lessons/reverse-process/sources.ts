/** Whose network draws: the reader's own, if it has learned anything, or the recorded one. */
import type { Runs } from '$lib/state/runs';
import type { MainRunId, RunId, SampleRequest } from '$lib/worker/protocol';

export type SourceId = MainRunId | 'recorded';
const mainRuns: readonly MainRunId[] = ['quick', 'textbook'];

/** The reader's runs that have taken at least one training step, the quick one first. */
export function trainedRuns(runs: Runs): readonly MainRunId[] {
  return mainRuns.filter((id) => (runs[id]?.stepsDone ?? 0) > 0);
}

/** What draws as long as the reader has not chosen, or when the chosen run has been reset. */
export function sourceInUse(chosen: SourceId | null, runs: Runs): SourceId {
  const own = trainedRuns(runs);
  if (chosen === 'recorded' || (chosen !== null && own.includes(chosen))) return chosen;
  return own[0] ?? 'recorded';
}

export function requestSource(id: SourceId): SampleRequest['source'] {
  return id === 'recorded' ? { kind: 'recorded' } : { kind: 'run', runId: id, weights: 'ema' };
}

/** Whether the network of a source can be told a digit. */
export function takesDigit(id: SourceId, runs: Runs): boolean {
  return id === 'recorded' || (runs[id]?.recipe.model.classes ?? 0) > 0;
}

/** For a menu or a caption; `trainedSteps` is what the network had behind it when it drew. */
export function sourceWords(id: SourceId, trainedSteps: number | null): string {
  const after =
    trainedSteps === null ? '' : `, after ${trainedSteps.toLocaleString('en')} ${trainedSteps === 1 ? 'step' : 'steps'}`;
  return id === 'recorded' ? `the recorded network${after}` : `your ${id} network${after}`;
}

/** The source that a request names; it must be one of these. */
export function sourceOf({ source }: Pick<SampleRequest, 'source'>): SourceId {
  return source.kind === 'run' && isMainRun(source.runId) ? source.runId : 'recorded';
}

function isMainRun(id: RunId): id is MainRunId {
  return mainRuns.some((main) => main === id);
}
