/**
 * diffusers' scheduler_config.json: the file in which Python keeps a schedule and how to sample with it. Their timesteps
 * are one less than ours (their index 0 is our t = 1), which matters to trained_betas alone: all else has no index in it.
 * We read what a DDPMScheduler or DDIMScheduler saves, and say so where we could not sample as they would.
 */
import { AppError } from '../base/errors';
import { makeSchedule, scheduleFromBetas, withZeroTerminalSnr } from './schedule';
import type { Clip } from './parameterization';
import type { PredictionType, Schedule, ScheduleConfig, ScheduleKind, TimestepSpacing } from './types';

/** β₁..β_T given one by one (trained_betas). */
export interface ListedBetas {
  readonly kind: 'betas';
  readonly betas: readonly number[];
  readonly zeroTerminalSnr: boolean;
}

/** What the file says, in our words. */
export interface SchedulerSettings {
  readonly schedule: ScheduleConfig | ListedBetas;
  readonly predictionType: PredictionType;
  /** Those that a DDPMScheduler or DDIMScheduler has. */
  readonly spacing: keyof typeof spacings;
  /** Limits of x0, or null for none. */
  readonly clip: Clip | null;
  /** DDPM's noise; a DDIMScheduler has no such setting. */
  readonly variance: 'small' | 'large';
}

export type SchedulerClass = 'DDPMScheduler' | 'DDIMScheduler';

const kinds = { linear: 'linear', scaled_linear: 'scaledLinear', squaredcos_cap_v2: 'cosine', sigmoid: 'sigmoid' } as const;
const predictionTypes = { epsilon: 'epsilon', sample: 'x0', v_prediction: 'v' } as const;
const spacings = {
  leading: 'leading',
  linspace: 'linspace',
  trailing: 'trailing',
} as const satisfies Partial<Record<TimestepSpacing, TimestepSpacing>>;
/** fixed_small_log computes the same number by way of its logarithm. */
const variances = { fixed_small: 'small', fixed_small_log: 'small', fixed_large: 'large' } as const;
const classes = { DDPMScheduler: 'DDPMScheduler', DDIMScheduler: 'DDIMScheduler' } as const;

/** @throws range, for βs that make no schedule */
export function scheduleOf(settings: SchedulerSettings['schedule']): Schedule {
  if (settings.kind !== 'betas') return makeSchedule(settings);
  const listed = scheduleFromBetas(settings.betas);
  return settings.zeroTerminalSnr ? withZeroTerminalSnr(listed) : listed;
}

/**
 * A field that is missing has diffusers' default.
 * @throws weights/format, for what is no such file; range, for a setting that we have no equal of
 */
export function readDiffusersConfig(json: string): SchedulerSettings {
  const file = fieldsOf(json);
  file.choice('_class_name', classes, 'DDPMScheduler');
  const spacing = file.choice('timestep_spacing', spacings, 'leading');
  if (file.boolean('thresholding', false)) throw unsupported('thresholding', true, 'values are limited by clip_sample alone');
  if (!file.boolean('set_alpha_to_one', true))
    throw unsupported('set_alpha_to_one', false, 'the last step always ends at the clean picture');
  if (spacing === 'leading' && file.number('steps_offset', 0) !== 0) {
    throw unsupported('steps_offset', file.number('steps_offset', 0), 'leading spacing starts at the first timestep');
  }
  const reach = file.number('clip_sample_range', 1);
  return {
    schedule: readSchedule(file),
    predictionType: file.choice('prediction_type', predictionTypes, 'epsilon'),
    spacing,
    clip: file.boolean('clip_sample', true) ? { min: -reach, max: reach } : null,
    variance: file.choice('variance_type', variances, 'fixed_small'),
  };
}

function readSchedule(file: Fields): ScheduleConfig | ListedBetas {
  const zeroTerminalSnr = file.boolean('rescale_betas_zero_snr', false);
  const betas = file.numbers('trained_betas');
  if (betas) {
    const T = file.number('num_train_timesteps', 1000);
    if (betas.length !== T)
      throw malformed('trained_betas', `a list of num_train_timesteps = ${T} numbers`, `${betas.length} numbers`);
    return { kind: 'betas', betas, zeroTerminalSnr };
  }
  return {
    kind: file.choice('beta_schedule', kinds, 'linear'),
    T: file.number('num_train_timesteps', 1000),
    betaStart: file.number('beta_start', 1e-4),
    betaEnd: file.number('beta_end', 0.02),
    zeroTerminalSnr,
  };
}

/** The file as diffusers writes it: sorted keys, two spaces. @throws range, for limits that are not symmetric */
export function writeDiffusersConfig(settings: SchedulerSettings, schedulerClass: SchedulerClass): string {
  const { schedule, clip } = settings;
  if (clip && clip.min !== -clip.max)
    throw new AppError('range', 'diffusers limits x0 by one number, the same above and below 0.');
  const fields: Record<string, unknown> = {
    _class_name: schedulerClass,
    ...scheduleFields(schedule, schedulerClass),
    rescale_betas_zero_snr: schedule.zeroTerminalSnr,
    prediction_type: keyOf(predictionTypes, settings.predictionType),
    timestep_spacing: settings.spacing,
    steps_offset: 0,
    thresholding: false,
    clip_sample: clip !== null,
    clip_sample_range: clip?.max ?? 1,
    ...(schedulerClass === 'DDPMScheduler' ? { variance_type: keyOf(variances, settings.variance) } : { set_alpha_to_one: true }),
  };
  return `${JSON.stringify(Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))), null, 2)}\n`;
}

function scheduleFields(schedule: ScheduleConfig | ListedBetas, schedulerClass: SchedulerClass): Record<string, unknown> {
  if (schedule.kind === 'betas') return { num_train_timesteps: schedule.betas.length, trained_betas: schedule.betas };
  // DDIMScheduler does not know the sigmoid schedule, but takes its numbers
  const isListed = schedule.kind === 'sigmoid' && schedulerClass === 'DDIMScheduler';
  return {
    num_train_timesteps: schedule.T,
    beta_start: schedule.betaStart,
    beta_end: schedule.betaEnd,
    beta_schedule: isListed ? 'linear' : keyOf<ScheduleKind>(kinds, schedule.kind),
    trained_betas: isListed ? [...makeSchedule({ ...schedule, zeroTerminalSnr: false }).betas.slice(1)] : null,
  };
}

function keyOf<V>(table: Readonly<Record<string, V>>, value: V): string | undefined {
  return Object.keys(table).find((key) => table[key] === value);
}

interface Fields {
  number(name: string, fallback: number): number;
  boolean(name: string, fallback: boolean): boolean;
  choice<V>(name: string, table: Readonly<Record<string, V>>, fallback: string): V;
  numbers(name: string): readonly number[] | null;
}

/** Typed reads of a JSON object whose fields may be missing or null. */
function fieldsOf(json: string): Fields {
  const fields = parseObject(json);
  const get = (name: string, fallback: unknown): unknown => fields[name] ?? fallback;
  return {
    number(name, fallback) {
      const value = get(name, fallback);
      if (typeof value !== 'number') throw malformed(name, 'a number', value);
      return value;
    },
    boolean(name, fallback) {
      const value = get(name, fallback);
      if (typeof value !== 'boolean') throw malformed(name, 'true or false', value);
      return value;
    },
    choice(name, table, fallback) {
      const value = get(name, fallback);
      const found = typeof value === 'string' ? Object.entries(table).find(([key]) => key === value) : undefined;
      if (!found) throw unsupported(name, value, `known are ${Object.keys(table).join(', ')}`);
      return found[1];
    },
    numbers(name) {
      const value = get(name, null);
      if (value === null) return null;
      if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'number'))
        throw malformed(name, 'a list of numbers', value);
      return value;
    },
  };
}

function parseObject(json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new AppError('weights/format', 'The scheduler configuration is not JSON.', String(cause));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('weights/format', 'The scheduler configuration is JSON, but not an object with named fields.');
  }
  return { ...value };
}

function malformed(name: string, expected: string, value: unknown): AppError {
  return new AppError(
    'weights/format',
    `In the scheduler configuration ${name} should be ${expected}; it is ${JSON.stringify(value)}.`,
  );
}

function unsupported(name: string, value: unknown, why: string): AppError {
  return new AppError(
    'range',
    `This notebook cannot follow a scheduler configuration with ${name} = ${JSON.stringify(value)}: ${why}.`,
  );
}
