/** What training does, in one sentence for the status bar and the live region. */
import type { RunSnapshot, RunStatus } from '../worker/protocol';

/** True while the engine works on a run of its own accord. */
export function isActive(status: RunStatus): boolean {
  return status.kind === 'training' || status.kind === 'preparing' || status.kind === 'waiting' || status.kind === 'judging';
}

export function sentenceOf(run: RunSnapshot, msPerStep: number | null): string {
  const { status, stepsDone } = run;
  switch (status.kind) {
    case 'idle':
      return stepsDone === 0 ? 'Not trained yet.' : `Trained for ${stepsDone} steps.`;
    case 'preparing':
      return `Getting ready: ${status.what} (${status.done} of ${status.total}).`;
    case 'training':
      return `Training: ${steps(stepsDone)}${lossOf(run)}${msPerStep === null ? '' : `, ${perSecond(msPerStep)}`}.`;
    case 'judging':
      return `At ${steps(stepsDone)} the judge looks at digits: ${status.done} of ${status.total}.`;
    case 'waiting':
      return `Waiting at ${steps(stepsDone)}: ${status.what}.`;
    case 'paused':
      return `Paused at ${steps(stepsDone)}${lossOf(run)}.`;
    case 'failed':
      return `Training stopped at ${steps(stepsDone)}: ${status.failure.message}`;
    default:
      return status satisfies never;
  }
}

function steps(count: number): string {
  return `step ${count.toLocaleString('en-GB')}`;
}

/** The loss of single batches jumps about; a mean over these many is what a reader can follow. */
const meanOver = 20;

function lossOf({ history }: RunSnapshot): string {
  const recent = history.slice(-meanOver);
  if (recent.length === 0) return '';
  const mean = recent.reduce((sum, { loss }) => sum + loss, 0) / recent.length;
  return `, loss ${mean.toPrecision(2)}`;
}

function perSecond(msPerStep: number): string {
  const rate = 1000 / msPerStep;
  return rate >= 1 ? `${rate.toPrecision(2)} steps a second` : `${(1 / rate).toPrecision(2)} seconds a step`;
}
