/** A run in words: for the status in the margin, the pill on a phone and whoever listens instead of looks. */
import type { RunSnapshot } from '../worker/protocol';

export interface RunWords {
  readonly state: string;
  readonly progress: string;
  readonly pace: string;
  readonly short: string;
}

const stateWords = {
  idle: 'Ready',
  preparing: 'Preparing',
  training: 'Training',
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
 * @param stepsPerSecond null while unknown
 */
export function describeRun(run: RunSnapshot, target: number | null, stepsPerSecond: number | null): RunWords {
  const state = stateWords[run.status.kind];
  const of = target === null ? '' : ` of ${target.toLocaleString('en')}`;
  const step = `step ${run.stepsDone.toLocaleString('en')}`;
  const left =
    run.status.kind === 'training' && target !== null && stepsPerSecond
      ? duration((target - run.stepsDone) / stepsPerSecond)
      : null;
  const detail = run.status.kind === 'preparing' || run.status.kind === 'waiting' ? run.status.what : null;
  const speed = run.status.kind === 'training' && stepsPerSecond ? `${stepsPerSecond.toPrecision(2)} steps/s` : '';
  return {
    state,
    progress: `${step}${of}`,
    pace: detail ?? [speed, left === null ? '' : `${left} left`].filter((part) => part !== '').join(' · '),
    short: left === null ? `${run.status.kind === 'training' ? '' : `${state} · `}${step}` : `${step} · ${left}`,
  };
}
