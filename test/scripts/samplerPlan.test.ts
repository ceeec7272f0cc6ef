import { expect, test } from 'vitest';
import { mostSteps, planWalks } from '../../scripts/samplers/plan';

test('evaluations pay for as many steps as they can', () => {
  expect(mostSteps('ddim', {}, 8)).toBe(8);
  expect(mostSteps('heun', {}, 8)).toBe(4); // 7 evaluations; five steps would be 9
  expect(mostSteps('langevin', { inner: 5 }, 4)).toBe(0);
  expect(mostSteps('langevin', { inner: 5 }, 11)).toBe(2);
});

test('a plan goes from cheap to dear, seed by seed, and leaves out what cannot be paid for', () => {
  const plan = planWalks({ seeds: [0, 1], evaluations: [16, 4], samplers: ['ddim', 'langevin'] });
  expect(plan.map(({ sampler, nfe, seed }) => [sampler, nfe, seed])).toEqual([
    ['ddim', 4, 0],
    ['ddim', 16, 0],
    ['langevin', 16, 0],
    ['ddim', 4, 1],
    ['ddim', 16, 1],
    ['langevin', 16, 1],
  ]);
});

test('two budgets that pay for the same walk plan it once', () => {
  const plan = planWalks({ seeds: [0], evaluations: [6, 8], samplers: ['langevin'] });
  expect(plan.map(({ nfe }) => nfe)).toEqual([6]);
});

test('DDPM alone walks the thousand steps', () => {
  expect(planWalks({ seeds: [0], evaluations: [1000] }).map(({ sampler, steps }) => [sampler, steps])).toEqual([['ddpm', 1000]]);
});

test('another spacing is taken by all', () => {
  const plan = planWalks({ seeds: [0], evaluations: [8], spacing: 'logSnr' });
  expect(plan.length).toBeGreaterThan(5);
  expect(new Set(plan.map(({ spacing }) => spacing))).toEqual(new Set(['logSnr']));
});
