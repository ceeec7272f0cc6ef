import { describe, expect, test } from 'vitest';
import {
  endOf,
  isFinished,
  keptFrames,
  pictureOf,
  placeAfter,
  placesOf,
  spentAt,
  totalOf,
  type Clock,
  type StageFilm,
} from '../../lessons/upsampling/lanes';

/** @param nfes of its moments */
function film(side: number, nfes: readonly number[], flopsEach: number, msEach: number | null): StageFilm {
  const nfe = nfes.at(-1) ?? 0;
  return {
    name: 'network',
    side,
    sampler: 'ddim',
    steps: nfes.length - 1,
    nfe,
    flops: nfe * flopsEach,
    ms: msEach === null ? null : nfe * msEach,
    frames: nfes.map((each, i) => ({ t: nfes.length - 1 - i, nfe: each, xt: new Float32Array(2).fill(i), x0: null })),
  };
}

/** 7×7 in two guided steps, 14×14 in two, 28×28 in one. */
const chain = [film(7, [0, 2, 4], 10, 1), film(14, [0, 1, 2], 20, 2), film(28, [0, 1], 50, 8)];
const clocks: readonly Clock[] = ['flops', 'evaluations', 'time', 'share'];

describe('a lane of several stages under a clock', () => {
  test('has spent in the end what its stages have spent', () => {
    expect(totalOf(chain, 'evaluations')).toBe(7);
    expect(totalOf(chain, 'flops')).toBe(40 + 40 + 50);
    expect(totalOf(chain, 'time')).toBe(4 + 4 + 8);
    expect(totalOf([...chain, film(28, [0, 1], 1, null)], 'time')).toBeNull();
    expect(totalOf([], 'flops')).toBe(0);
  });

  test('counts a moment’s price from the start of the first stage', () => {
    expect(spentAt(chain, 'flops', { stage: 0, frame: 1 })).toBe(20);
    expect(spentAt(chain, 'flops', { stage: 1, frame: 1 })).toBe(60);
    expect(spentAt(chain, 'evaluations', { stage: 2, frame: 0 })).toBe(6);
    expect(spentAt(chain, 'time', { stage: 2, frame: 1 })).toBe(16);
  });

  test('stands at the last moment that is paid for, and a stage begins when the one before has ended', () => {
    expect(placeAfter(chain, 'flops', 0)).toEqual({ stage: 0, frame: 0 });
    expect(placeAfter(chain, 'flops', 19)).toEqual({ stage: 0, frame: 0 });
    expect(placeAfter(chain, 'flops', 20)).toEqual({ stage: 0, frame: 1 });
    expect(placeAfter(chain, 'flops', 39.9)).toEqual({ stage: 0, frame: 1 });
    expect(placeAfter(chain, 'flops', 40)).toEqual({ stage: 1, frame: 0 });
    expect(placeAfter(chain, 'flops', 129)).toEqual({ stage: 2, frame: 0 });
    expect(placeAfter(chain, 'flops', 1e9)).toEqual({ stage: 2, frame: 1 });
  });

  test.each(clocks)('by %s: going to a moment shows that moment, unless the next stage begins there', (clock) => {
    for (const place of placesOf(chain)) {
      const shown = placeAfter(chain, clock, spentAt(chain, clock, place));
      const isEnd = place.frame === (chain[place.stage]?.frames.length ?? 0) - 1 && place.stage < chain.length - 1;
      expect(shown).toEqual(isEnd ? { stage: place.stage + 1, frame: 0 } : place);
    }
  });

  test('while it is drawn, stands no further than it has come; without a moment, nowhere', () => {
    const [base, ...rest] = chain;
    if (!base) throw new Error('no stage');
    const half = [{ ...base, frames: base.frames.slice(0, 2) }, ...rest.map((stage) => ({ ...stage, frames: [] }))];
    expect(placeAfter(half, 'flops', 1e9)).toEqual({ stage: 0, frame: 1 });
    expect(isFinished(half, { stage: 0, frame: 1 })).toBe(false);
    expect(keptFrames(half[0] ?? base)).toBe(3); // there will be as many
    expect(placeAfter([], 'flops', 1)).toBeNull();
  });

  test('has finished at the end of its last stage alone', () => {
    expect(isFinished(chain, { stage: 2, frame: 1 })).toBe(true);
    expect(isFinished(chain, { stage: 0, frame: 2 })).toBe(false);
    expect(isFinished(chain, null)).toBe(false);
    expect(endOf(chain[0])).toEqual(new Float32Array([2, 2]));
    expect(endOf(undefined)).toBeNull();
  });

  test('of a thousand steps at most some 250 moments are kept', () => {
    const long: StageFilm = { ...film(28, [0, 1], 1, 1), steps: 1000, frames: [] };
    expect(keptFrames(long)).toBe(251);
    expect(keptFrames({ ...long, steps: 30 })).toBe(31);
    expect(keptFrames({ ...long, steps: 260 })).toBe(131);
  });
});

test('one picture of several, if it is there', () => {
  const values = Float32Array.from({ length: 8 }, (_, i) => i);
  expect(pictureOf(values, 2, 1)).toEqual(Float32Array.of(4, 5, 6, 7));
  expect(pictureOf(values, 2, 2)).toBeNull();
  expect(pictureOf(null, 2, 0)).toBeNull();
});
