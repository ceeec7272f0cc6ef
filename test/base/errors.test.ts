import { describe, expect, it } from 'vitest';
import { AppError, errorCodes, fromFailure, toFailure } from '../../src/base/errors';

describe('failures', () => {
  it.each(errorCodes)('%s crosses a thread and comes back the same', (code) => {
    const sent = new AppError(code, 'What happened.', 'where');
    const arrived = fromFailure(structuredClone(toFailure(sent)));
    expect(arrived).toBeInstanceOf(AppError);
    expect([arrived.code, arrived.message, arrived.detail]).toEqual([code, 'What happened.', 'where']);
  });

  it('have no detail where the error had none', () => {
    expect(toFailure(new AppError('shape', 'Wrong.'))).toEqual({ code: 'shape', message: 'Wrong.' });
  });

  it('call an unknown error ours, and keep what it said for whoever files a bug', () => {
    const failure = toFailure(new TypeError('x is not a function'));
    expect(failure.code).toBe('internal');
    expect(failure.message).not.toContain('x is not a function');
    expect(failure.detail).toContain('x is not a function');
  });

  it('take anything that can be thrown', () => {
    expect(toFailure('just text').detail).toBe('just text');
    expect(toFailure(undefined).detail).toBe('undefined');
  });
});
