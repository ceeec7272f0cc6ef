import { describe, expect, it } from 'vitest';
import { checkParams, choice, defaults, num } from '../../src/base/params';
import { expectError } from '../support/expectError';

const params = {
  eta: num({ label: 'η', help: '', min: 0, max: 1, step: 0.05, value: 0.5 }),
  variance: choice({
    label: 'Variance',
    help: '',
    options: [
      { value: 'small', label: 'small' },
      { value: 'large', label: 'large' },
    ],
    value: 'small',
  }),
};

describe('params', () => {
  it('have the declared defaults', () => expect(defaults(params)).toEqual({ eta: 0.5, variance: 'small' }));

  it('accept both ends of a range and every option', () => {
    for (const eta of [0, 1]) for (const variance of ['small', 'large']) checkParams(params, { eta, variance });
  });

  it.each([-0.01, 1.01, NaN, Infinity, '0.5'])('refuse η = %s, and name the setting, the value and the range', (eta) => {
    const { message } = expectError(() => checkParams(params, { eta, variance: 'small' }), 'range');
    expect(message).toContain('η');
    expect(message).toContain(String(eta));
    expect(message).toContain('between 0 and 1');
  });

  it.each(['medium', 0])('refuse the option %s, and name those there are', (variance) => {
    const { message } = expectError(() => checkParams(params, { eta: 0, variance }), 'range');
    expect(message).toContain('small, large');
  });

  it('refuse a missing value', () => {
    expectError(() => checkParams(params, { variance: 'small' }), 'range');
    expectError(() => checkParams(params, { eta: 0 }), 'range');
  });
});
