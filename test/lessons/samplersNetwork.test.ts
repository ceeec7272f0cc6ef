import { describe, expect, it } from 'vitest';
import { noisesBetween, shares } from '../../lessons/samplers/between';
import { difference, distance, rootMeanSquare } from '../../lessons/samplers/inversion';
import { budgets, fewSteps, lanesOf, recognisedIn } from '../../lessons/samplers/langevin';
import { waitWords } from '../../lessons/samplers/network';
import { samplerById } from '../../src/diffusion/samplers';

const pixels = 784;
const picture = (all: Float32Array, i: number): Float32Array => all.subarray(i * pixels, (i + 1) * pixels);

describe('between two noises', () => {
  const middle = shares.indexOf(0.5);

  it('both paths have the same ends', () => {
    const [sphere, line] = [noisesBetween('slerp', 1), noisesBetween('line', 1)];
    for (const end of [0, shares.length - 1]) expect(distance(picture(sphere, end), picture(line, end))).toBeLessThan(1e-6);
    expect(distance(picture(sphere, 0), picture(sphere, shares.length - 1))).toBeGreaterThan(1);
  });

  it('half-way the sphere keeps the size of noise, the line has √½ of it', () => {
    expect(rootMeanSquare(picture(noisesBetween('slerp', 1), middle))).toBeCloseTo(1, 1);
    expect(rootMeanSquare(picture(noisesBetween('line', 1), middle))).toBeCloseTo(Math.SQRT1_2, 1);
  });

  it('another seed has other ends', () => expect(noisesBetween('line', 2)).not.toEqual(noisesBetween('line', 1)));
});

describe('how far a picture came back from where it went', () => {
  it('is the root mean square of a pixel', () => {
    expect(distance([1, 1, 1, 1], [1, 1, 1, -1])).toBe(1); // √(2²/4)
    expect(rootMeanSquare([3, 4, 0, 0])).toBe(2.5); // √(25/4)
  });

  it('has a sign, pixel by pixel: above 0 where it came back too bright', () =>
    expect([...difference(Float32Array.of(0, 1), Float32Array.of(0.5, 0))]).toEqual([0.5, -1]));
});

describe('Langevin dynamics beside DDIM', () => {
  it.each(budgets)('both spend %i looks, all of them', (budget) => {
    const [few, equal, langevin] = lanesOf({ budget, stepSize: 0.2, seed: 1 });
    const nfe = (lane: typeof few): number | undefined => lane && samplerById(lane.sampler).nfe(lane.steps, lane.samplerParams);
    expect(nfe(few)).toBe(fewSteps);
    expect([nfe(equal), nfe(langevin)]).toEqual([budget, budget]);
  });

  it('counts what is surely the digit asked for', () => {
    const row = (digit: number, chance: number): number[] =>
      Array.from({ length: 10 }, (_, i) => (i === digit ? chance : (1 - chance) / 9));
    const probabilities = Float32Array.from([row(3, 0.95), row(4, 0.95), row(5, 0.8)].flat());
    expect(recognisedIn(probabilities, [3, 3, 5])).toBe(1);
    expect(recognisedIn(probabilities, [null, null, null])).toBe(2);
  });
});

it('a wait is told in words, once something was measured', () => {
  expect(waitWords(100, null)).toBeNull();
  expect(waitWords(100, 5)).toBe('under a second');
  expect(waitWords(1000, 12)).toBe('about 12 s');
  expect(waitWords(10_000, 30)).toBe('about 5 min');
});
