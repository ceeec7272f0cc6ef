/** A run in words: for the status in the margin, the pill on a phone and whoever listens instead of looks. */
import type { RunSnapshot } from '../worker/protocol';
import { runNames } from './runNames';

export interface RunWords {
  /** “Training”, “Training: expert 2”. */
  readonly state: string;
  readonly progress: string;
  readonly pace: string;
  readonly short: string;
}

const stateWords = {
  idle: 'Ready',
  preparing: 'Preparing',
  training: 'Training',
  judging: 'Judging',
  waiting: 'Waiting',
  paused: 'Paused',
  failed: 'Stopped',
} as const;

/** "12 s", "3 min 20 s", "1 h 5 min": coarse enough not to flicker. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/**
 * @param target the step that training was asked to reach; null is open-ended
 * @param msPerStep null while unknown
 */
export function describeRun(run: RunSnapshot, target: number | null, msPerStep: number | null): RunWords {
  const { status, stepsDone, runId } = run;
  const { name } = runNames[runId];
  const named = (text: string): string => (name === null ? text : `${text}: ${name}`);
  const training = status.kind === 'training';
  const step = `step ${stepsDone.toLocaleString('en')}`;
  const left =
    training && target !== null && msPerStep !== null ? duration((Math.max(0, target - stepsDone) * msPerStep) / 1000) : null;
  const speed = training && msPerStep !== null ? `${(1000 / msPerStep).toPrecision(2)} steps/s` : '';
  return {
    state: named(stateWords[status.kind]),
    progress: target === null || !training ? step : `${step} of ${target.toLocaleString('en')}`,
    pace:
      status.kind === 'preparing' || status.kind === 'waiting'
        ? status.what
        : [speed, left === null ? '' : `${left} left`].filter((part) => part !== '').join(' · '),
    short: [name, left === null ? `${training ? '' : `${stateWords[status.kind]} · `}${step}` : `${step} · ${left}`]
      .filter((part) => part !== null)
      .join(' · '),
  };
}
