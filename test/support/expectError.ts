import { expect } from 'vitest';
import { AppError, type ErrorCode } from '../../src/base/errors';

/** Runs `act` and gives the AppError that it must throw; fails if it throws nothing or something of another code. */
export function expectError(act: () => unknown, code: ErrorCode): AppError {
  try {
    act();
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    expect(thrown.code).toBe(code);
    return thrown;
  }
  throw new Error(`nothing was thrown where ${code} should have been`);
}
