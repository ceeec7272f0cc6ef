import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readDiffusersConfig,
  scheduleOf,
  writeDiffusersConfig,
  type SchedulerSettings,
} from '../../src/diffusion/diffusersConfig';
import { defaultSchedules, makeSchedule } from '../../src/diffusion/schedule';
import { expectError } from '../support/expectError';
import { holds } from '../support/property';
import { anyConfig, scheduleKinds } from '../support/schedules';

const settings: SchedulerSettings = {
  schedule: defaultSchedules.cosine,
  predictionType: 'x0',
  spacing: 'trailing',
  clip: { min: -1, max: 1 },
  variance: 'large',
};
const fieldsOf = (text: string): Record<string, unknown> => ({ ...(JSON.parse(text) as object) });
const read = (fields: Record<string, unknown>): SchedulerSettings => readDiffusersConfig(JSON.stringify(fields));

describe('writing', () => {
  it('uses diffusers’ words, sorted as it sorts them', () => {
    expect(writeDiffusersConfig(settings, 'DDPMScheduler')).toBe(
      `${JSON.stringify(
        {
          _class_name: 'DDPMScheduler',
          beta_end: 0.02,
          beta_schedule: 'squaredcos_cap_v2',
          beta_start: 0.0001,
          clip_sample: true,
          clip_sample_range: 1,
          num_train_timesteps: 1000,
          prediction_type: 'sample',
          rescale_betas_zero_snr: false,
          steps_offset: 0,
          thresholding: false,
          timestep_spacing: 'trailing',
          trained_betas: null,
          variance_type: 'fixed_large',
        },
        null,
        2,
      )}\n`,
    );
  });

  it('gives a DDIMScheduler its own fields: the clean last level, and no variance', () => {
    const fields = fieldsOf(writeDiffusersConfig(settings, 'DDIMScheduler'));
    expect(fields).toMatchObject({ _class_name: 'DDIMScheduler', set_alpha_to_one: true });
    expect(fields).not.toHaveProperty('variance_type');
  });

  it('lists the βs of the sigmoid schedule for a DDIMScheduler, which has no such schedule', () => {
    const schedule = { ...defaultSchedules.sigmoid, zeroTerminalSnr: true };
    const text = writeDiffusersConfig({ ...settings, schedule }, 'DDIMScheduler');
    expect(fieldsOf(text)['trained_betas']).toHaveLength(1000); // theirs start at our t = 1
    const ours = scheduleOf(schedule).alphasCumprod;
    const theirs = scheduleOf(readDiffusersConfig(text).schedule).alphasCumprod;
    expect(theirs).toHaveLength(ours.length);
    theirs.forEach((value, t) => expect(value).toBeCloseTo(ours[t] ?? NaN, 12));
  });

  it('refuses limits that diffusers has no number for', () => {
    expectError(() => writeDiffusersConfig({ ...settings, clip: { min: 0, max: 1 } }, 'DDPMScheduler'), 'range');
  });
});

describe('writing and reading', () => {
  it('gives back what was written', () => {
    const anySettings = fc.record({
      schedule: anyConfig,
      predictionType: fc.constantFrom('epsilon', 'x0', 'v'),
      spacing: fc.constantFrom('leading', 'linspace', 'trailing'),
      clip: fc.constantFrom(null, { min: -1, max: 1 }, { min: -3, max: 3 }),
      variance: fc.constantFrom('small', 'large'),
    }) satisfies fc.Arbitrary<SchedulerSettings>;
    holds(
      fc.property(anySettings, (any) => {
        expect(readDiffusersConfig(writeDiffusersConfig(any, 'DDPMScheduler'))).toEqual(any);
      }),
    );
  });

  it('gives back βs listed one by one', () => {
    const listed = { ...settings, schedule: { kind: 'betas', betas: [0.1, 0.2, 0.3], zeroTerminalSnr: false } } as const;
    expect(readDiffusersConfig(writeDiffusersConfig(listed, 'DDPMScheduler'))).toEqual(listed);
    expect(scheduleOf(listed.schedule).alphasCumprod[3]).toBeCloseTo(0.504, 12);
  });
});

describe('reading', () => {
  // the fields that early versions of diffusers wrote, and no others
  it('takes a file of an early version', () => {
    const got = readDiffusersConfig(`{
      "_class_name": "DDPMScheduler", "_diffusers_version": "0.1.1",
      "beta_end": 0.02, "beta_schedule": "linear", "beta_start": 0.0001, "clip_sample": true,
      "num_train_timesteps": 1000, "trained_betas": null, "variance_type": "fixed_small"
    }`);
    expect(got).toEqual({
      schedule: defaultSchedules.linear,
      predictionType: 'epsilon',
      spacing: 'leading',
      clip: { min: -1, max: 1 },
      variance: 'small',
    });
  });

  it('has diffusers’ defaults for what is missing', () => {
    expect(read({})).toEqual(read({ ...fieldsOf(writeDiffusersConfig({ ...settings, schedule: defaultSchedules.linear, predictionType: 'epsilon', spacing: 'leading', variance: 'small' }, 'DDPMScheduler')) })); // prettier-ignore
  });

  it.each(scheduleKinds)('makes of the %s schedule the same numbers as our own', (kind) => {
    const { schedule } = readDiffusersConfig(
      writeDiffusersConfig({ ...settings, schedule: defaultSchedules[kind] }, 'DDPMScheduler'),
    );
    expect(scheduleOf(schedule)).toEqual(makeSchedule(defaultSchedules[kind]));
  });

  it('does not mind an offset where it has no effect', () => {
    expect(read({ timestep_spacing: 'trailing', steps_offset: 1 }).spacing).toBe('trailing');
  });

  it.each([
    ['beta_schedule', 'laplace'],
    ['prediction_type', 'flow_prediction'],
    ['variance_type', 'learned_range'],
    ['timestep_spacing', 'karras'],
    ['thresholding', true],
    ['set_alpha_to_one', false],
    ['steps_offset', 1],
    ['_class_name', 'PNDMScheduler'],
  ])('says of %s = %s that it cannot follow it', (name, value) => {
    const { message } = expectError(() => read({ [name]: value }), 'range');
    expect(message).toContain(name);
    expect(message).toContain(JSON.stringify(value));
  });

  it.each([
    ['num_train_timesteps', '1000'],
    ['beta_start', [0.1]],
    ['clip_sample', 'yes'],
    ['trained_betas', [0.1, 'x']],
    ['trained_betas', [0.1, 0.2]], // of 1000
  ])('calls %s = %j malformed', (name, value) => {
    expect(expectError(() => read({ [name]: value }), 'weights/format').message).toContain(name);
  });

  it.each(['', 'not json', '[1]', 'null', '3'])('calls %j no such file', (text) => {
    expectError(() => readDiffusersConfig(text), 'weights/format');
  });

  it('leaves impossible numbers to the schedule', () => {
    expectError(() => scheduleOf(read({ beta_end: 2 }).schedule), 'range');
    expectError(() => scheduleOf(read({ num_train_timesteps: 0 }).schedule), 'range');
  });
});
