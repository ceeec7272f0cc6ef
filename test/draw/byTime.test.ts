import { describe, expect, it } from 'vitest';
import { meanByTime } from '../../src/draw/byTime';

describe('the loss by moment', () => {
  it('puts t = 1 in the first band and t = T in the last', () => {
    const bands = meanByTime([{ t: [1, 100, 101, 1000], errors: [1, 3, 5, 7] }], 1000, 10);
    expect(bands[0]).toEqual({ from: 1, to: 100, mean: 2, count: 2 });
    expect(bands[1]).toEqual({ from: 101, to: 200, mean: 5, count: 1 });
    expect(bands[9]).toEqual({ from: 901, to: 1000, mean: 7, count: 1 });
  });

  it('adds batches up', () => {
    const bands = meanByTime(
      [
        { t: [5], errors: [1] },
        { t: [6], errors: [2] },
      ],
      10,
      2,
    );
    expect(bands.map((band) => band.mean)).toEqual([1, 2]);
  });

  it('has no mean where nothing was seen', () => {
    expect(meanByTime([], 1000, 4).map((band) => band.mean)).toEqual([null, null, null, null]);
  });

  it('covers every timestep once when T is no multiple of the bands', () => {
    const bands = meanByTime([{ t: Array.from({ length: 10 }, (_, i) => i + 1), errors: new Float32Array(10) }], 10, 3);
    expect(bands.map(({ from, to }) => [from, to])).toEqual([
      [1, 4],
      [5, 7],
      [8, 10],
    ]);
    expect(bands.map((band) => band.count)).toEqual([4, 3, 3]);
  });

  it('leaves out errors that are no numbers', () => {
    expect(meanByTime([{ t: [1, 1], errors: [NaN, 4] }], 10, 1)[0]).toMatchObject({ mean: 4, count: 1 });
  });
});
