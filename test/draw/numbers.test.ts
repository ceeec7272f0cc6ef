import { expect, it } from 'vitest';
import { fixed } from '../../src/draw/numbers';

it('sets numbers with a true minus and never as minus zero', () => {
  expect(fixed(-1.25, 1)).toBe('−1.3');
  expect(fixed(0.5, 3)).toBe('0.500');
  expect(fixed(-0.00001, 3)).toBe('0.000');
});
