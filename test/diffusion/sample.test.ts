import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/base/rng';
import { levelsFor } from '../../src/diffusion/levels';
import { arrayOps } from '../../src/diffusion/ops';
import { sample, trajectory, type Frame, type SampleOptions, type StepOutcome } from '../../src/diffusion/sample';
import { ddim } from '../../src/diffusion/samplers/ddim';
import { ddpm } from '../../src/diffusion/samplers/ddpm';
import { defineSampler, type Sampler } from '../../src/diffusion/samplers/define';
import { defaultSchedules, makeSchedule } from '../../src/diffusion/schedule';
import { expectError } from '../support/expectError';
import { gaussianDenoiser } from '../support/gaussianDenoiser';

const schedule = makeSchedule({ ...defaultSchedules.cosine, T: 100 });
const levels = levelsFor({ schedule, steps: 5, spacing: 'trailing' });
const denoise = gaussianDenoiser({ mean: 0.5, std: 0.2 }, arrayOps, Float64Array.of(1, 1));

function options(seed = 1): SampleOptions<Float64Array> {
  const rng = createRng(seed);
  return {
    sampler: ddpm,
    values: {},
    levels,
    x: Float64Array.of(1, -1),
    denoise,
    noise: () => Float64Array.from(rng.normals(2)),
    ops: arrayOps,
  };
}

/** A solver that asks twice a step, at two places: only here, to see what the loop makes of it. */
const twice = defineSampler({
  id: 'twice',
  label: 'Twice',
  order: 1,
  nfe: (steps) => 2 * steps,
  params: {},
  tex: 'x',
  start:
    () =>
    ({ x, from, to, denoise: ask, ops }) => {
      const first = ask(x, from);
      const second = ask(first.x0, to);
      return ops.lincomb([
        [0.5, first.x0],
        [0.5, second.x0],
      ]);
    },
});

/** Reads the predictions of the two steps before, and notes which levels they come from. */
function remembering(seen: number[][] = []): Sampler {
  return defineSampler({
    id: 'remembering',
    label: 'Remembering',
    order: 1,
    history: 2,
    nfe: (steps) => steps,
    params: {},
    tex: 'x',
    start:
      () =>
      ({ x, from, denoise: ask, ops, history }) => {
        seen.push(history.map(({ level }) => level.t));
        return ops.lincomb([[1, ask(x, from).x0], ...history.map(({ prediction }) => [0.1, prediction.x0] as const)]);
      },
  });
}

describe('frames', () => {
  it('show every level from the first to the clean one, numbered', () => {
    const frames = trajectory(options());
    expect(frames.map(({ i, level }) => [i, level.t])).toEqual([[0, 100], [1, 80], [2, 60], [3, 40], [4, 20], [5, 0]]); // prettier-ignore
    expect(frames.map(({ level }) => level)).toEqual(levels);
  });

  it('start with the given x', () => {
    const given = options();
    expect(trajectory(given)[0]?.x).toBe(given.x);
  });

  it('hold what the network said of their own x', () => {
    for (const { x, level, prediction } of trajectory(options()).slice(0, -1)) {
      expect(prediction).toEqual(denoise(x, level));
    }
  });

  it('hold the very ingredients of the next x: the step, redone from the frame, gives it', () => {
    const frames = trajectory(options());
    frames.slice(0, -1).forEach(({ x, level, prediction, noise }, i) => {
      const redone = ddpm.start({})({
        x,
        from: level,
        to: levels[i + 1] ?? level,
        denoise: () => prediction ?? { x0: x, eps: x },
        noise: () => noise ?? new Float64Array(2),
        ops: arrayOps,
        history: [],
      });
      expect(redone).toEqual(frames[i + 1]?.x);
    });
  });

  it('hold null where nothing was drawn or asked: DDIM’s noise, the noise of the last step, the clean frame', () => {
    const noises = (frames: readonly Frame<Float64Array>[]): boolean[] => frames.map(({ noise }) => noise !== null);
    expect(noises(trajectory(options()))).toEqual([true, true, true, true, false, false]);
    expect(noises(trajectory({ ...options(), sampler: ddim }))).toEqual(new Array(6).fill(false));
    expect(trajectory(options()).map(({ prediction }) => prediction !== null)).toEqual([true, true, true, true, true, false]);
  });

  it('count the evaluations spent so far, guided ones twice', () => {
    const counts = (more: Partial<SampleOptions<Float64Array>>): number[] =>
      trajectory({ ...options(), ...more }).map(({ nfe }) => nfe);
    expect(counts({})).toEqual([0, 1, 2, 3, 4, 5]);
    expect(counts({ evaluationsPerCall: 2 })).toEqual([0, 2, 4, 6, 8, 10]);
    expect(counts({ sampler: twice, evaluationsPerCall: 2 })).toEqual([0, 4, 8, 12, 16, 20]);
  });

  it('keep the first answer of a network that is asked again elsewhere', () => {
    const [first] = trajectory({ ...options(), sampler: twice });
    expect(first?.prediction).toEqual(denoise(Float64Array.of(1, -1), levels[0] ?? { t: 0, alphaBar: 1 }));
  });

  it('are one alone when there is nowhere to go', () => {
    const x = Float64Array.of(3, 3);
    expect(trajectory({ ...options(), x, levels: levels.slice(-1) })).toEqual([
      { i: 0, level: { t: 0, alphaBar: 1 }, x, nfe: 0, prediction: null, noise: null },
    ]);
  });
});

describe('a walk', () => {
  it('taken up again at one of its frames goes on as it went, on the same noise', () => {
    const whole = trajectory(options());
    const middle = whole[2];
    if (!middle) throw new Error('no frame');
    const noises = whole.slice(2).flatMap(({ noise }) => (noise ? [noise] : []));
    const rest = trajectory({
      ...options(),
      x: middle.x,
      levels: levelsFor({ schedule, steps: 5, spacing: 'trailing', from: middle.level.t }),
      noise: () => noises.shift() ?? new Float64Array(2),
    });
    expect(rest.map(({ x }) => x)).toEqual(whole.slice(2).map(({ x }) => x));
  });

  it('forks where the noise differs', () => {
    const middle = trajectory(options())[2];
    if (!middle) throw new Error('no frame');
    const ends = [1, 2].map((seed) => trajectory({ ...options(seed), x: middle.x, levels: levels.slice(2) }).at(-1)?.x);
    expect(ends[0]).not.toEqual(ends[1]);
  });

  it('takes a step only when the next frame is asked for', () => {
    let calls = 0;
    const frames = sample({
      ...options(),
      denoise: (x, level) => {
        calls += 1;
        return denoise(x, level);
      },
    });
    expect(calls).toBe(0);
    frames.next();
    frames.next();
    expect(calls).toBe(2);
  });

  it('does not begin with settings that the sampler does not take', () => {
    expectError(() => trajectory({ ...options(), values: { variance: 'medium' } }), 'range');
  });
});

describe('the history of a walk', () => {
  it('is as long as the sampler declares, newest first, and shorter at the start', () => {
    const seen: number[][] = [];
    trajectory({ ...options(), sampler: remembering(seen) });
    expect(seen).toEqual([[], [100], [80, 100], [60, 80], [40, 60]]);
  });

  it('holds the predictions of the frames that were shown', () => {
    const frames = trajectory({ ...options(), sampler: remembering() });
    const [a, b, c, next] = frames;
    if (!a?.prediction || !b?.prediction || !c?.prediction) throw new Error('no predictions');
    expect(next?.x).toEqual(arrayOps.lincomb([[1, c.prediction.x0], [0.1, b.prediction.x0], [0.1, a.prediction.x0]])); // prettier-ignore
  });

  it('begins anew where a film is taken up', () => {
    const seen: number[][] = [];
    trajectory({ ...options(), sampler: remembering(seen), levels: levels.slice(3) });
    expect(seen).toEqual([[], [40]]);
  });
});

describe('memory', () => {
  /** Counts which values are alive: made in a step and returned by its scope, and not released yet. */
  function watched(): { readonly memory: NonNullable<SampleOptions<Float64Array>['memory']>; readonly alive: Set<Float64Array> } {
    const alive = new Set<Float64Array>();
    return {
      alive,
      memory: {
        scope: (step: () => StepOutcome<Float64Array>) => {
          const outcome = step();
          for (const value of Object.values(outcome)) if (value) alive.add(value);
          return outcome;
        },
        release: (x) => {
          if (!alive.delete(x)) throw new Error('released twice, or not ours');
        },
      },
    };
  }

  it('holds all of a frame until the next one is asked for', () => {
    const { memory, alive } = watched();
    for (const { i, x, prediction, noise } of sample({ ...options(), memory })) {
      if (i > 0) expect(alive.has(x)).toBe(true);
      for (const value of [prediction?.x0, prediction?.eps, noise]) if (value) expect(alive.has(value)).toBe(true);
      expect(alive.size).toBeLessThanOrEqual(5); // x, its x0, eps and noise, and the x that comes next
    }
    expect(alive.size).toBe(0);
  });

  it('holds two earlier predictions for a sampler that reads as many, and nothing that grows', () => {
    const { memory, alive } = watched();
    const earlier: Float64Array[][] = [];
    for (const { prediction } of sample({ ...options(), sampler: remembering(), memory })) {
      for (const values of earlier.slice(-2)) for (const value of values) expect(alive.has(value)).toBe(true);
      for (const values of earlier.slice(0, -2)) for (const value of values) expect(alive.has(value)).toBe(false);
      if (prediction) earlier.push([prediction.x0, prediction.eps]);
    }
    expect(earlier).toHaveLength(5);
    expect(alive.size).toBe(0);
  });

  describe.each([
    ['DDPM', ddpm],
    ['a sampler that reads earlier predictions', remembering()],
  ])('of %s', (_, sampler) => {
    it.each([1, 2, 5, 6])('is empty again when the walk is left after %i frames', (count) => {
      const { memory, alive } = watched();
      const frames = sample({ ...options(), sampler, memory });
      for (let i = 0; i < count; i += 1) frames.next();
      expect(alive.size).toBeGreaterThan(0);
      frames.return();
      expect(alive.size).toBe(0);
    });

    it('is empty again when the consumer throws, and when the network does', () => {
      const { memory, alive } = watched();
      expect(() => {
        for (const { i } of sample({ ...options(), sampler, memory })) if (i === 3) throw new Error('stop');
      }).toThrow('stop');
      expect(alive.size).toBe(0);

      const failing = sample({
        ...options(),
        sampler,
        memory,
        denoise: (x, level) => {
          if (level.t === 40) throw new Error('broken');
          return denoise(x, level);
        },
      });
      expect(() => [...failing]).toThrow('broken');
      expect(alive.size).toBe(0);
    });
  });
});
