import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chainCost, stageCost, stageSeed } from '../../src/diffusion/cascade';
import { expectError } from '../support/expectError';

const seeds = fc.nat(1_000_000);
const stages = fc.nat(7);

test('two stages, of one chain or of two, have the same noise only if they are the same stage', () => {
  fc.assert(
    fc.property(seeds, stages, seeds, stages, (a, i, b, j) => {
      expect(stageSeed(a, i) === stageSeed(b, j)).toBe(a === b && i === j);
    }),
  );
  expect(stageSeed(0, 1)).not.toBe(stageSeed(1, 0)); // what adding the two would give
  expect(stageSeed(3, 2)).toBe(26); // recorded chains depend on it
});

test('a seed or a stage that is none is refused', () => {
  for (const [seed, stage] of [
    [-1, 0],
    [1.5, 0],
    [NaN, 0],
    [Number.MAX_SAFE_INTEGER, 0],
    [1, -1],
    [1, 8],
    [1, 0.5],
  ] as const) {
    expectError(() => stageSeed(seed, stage), 'range');
  }
});

test('a chain costs what its stages cost: the paper-and-pencil sum of recipe 7 → 14 → 28', () => {
  const base = { sampler: 'ddim', steps: 25, isGuided: true, flopsPerEvaluation: 12 };
  const up14 = { sampler: 'ddim', steps: 8, isGuided: false, flopsPerEvaluation: 9 };
  const up28 = { sampler: 'heun', samplerParams: { along: 'both' }, steps: 4, isGuided: false, flopsPerEvaluation: 16 };
  expect(stageCost(base)).toEqual({ nfe: 50, flops: 600 });
  expect(stageCost(up28)).toEqual({ nfe: 7, flops: 112 }); // Heun looks twice at each step but the last
  expect(chainCost([base, up14, up28])).toEqual({ nfe: 65, flops: 600 + 72 + 112 });
  expect(chainCost([])).toEqual({ nfe: 0, flops: 0 });
});

test('a sampler that is not there is refused', () => {
  expectError(() => stageCost({ sampler: 'none', steps: 1, isGuided: false, flopsPerEvaluation: 1 }), 'range');
});
