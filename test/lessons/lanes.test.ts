import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addUp, agreeing, largestDifference } from '../../lessons/samplers/agreement';
import {
  defaultParams,
  durationWords,
  evaluationsAfter,
  firstLanes,
  frameAfter,
  isFilmOf,
  laneLevels,
  laneNote,
  laneTitle,
  msPerEvaluation,
  plannedNfe,
} from '../../lessons/samplers/lanes';
import { decodeFilms } from '../../src/data/recordedFilm';
import { samplers } from '../../src/diffusion/samplers';
import { defaultSchedules, makeSchedule } from '../../src/diffusion/schedule';

const heun = { sampler: 'heun', params: { along: 'both' }, steps: 10, spacing: 'trailing' } as const;

describe('a lane', () => {
  it('costs what its sampler says, twice with guidance', () => {
    expect(plannedNfe(heun, 1)).toBe(19); // two a step but for the last
    expect(plannedNfe(heun, 2)).toBe(38);
  });

  it('is named by its sampler and steps, and its settings in words', () => {
    expect(laneTitle({ sampler: 'ddim', steps: 1 })).toBe('DDIM, 1 step');
    expect(laneTitle({ sampler: 'ddpm', steps: 1000 })).toBe('DDPM, 1,000 steps');
    expect(laneNote({ sampler: 'ddim', params: { eta: 0.5 }, steps: 5, spacing: 'karras' })).toBe(
      'η = 0.5 · Karras: even in σ^(1/7)',
    );
    expect(laneNote(heun)).toBe('steps along 1/σ, then σ · even in t, from T');
  });

  it('stops where its spacing says, and no longer than the schedule', () => {
    const schedule = makeSchedule({ ...defaultSchedules.cosine, T: 20 });
    expect(laneLevels({ ...heun, steps: 4 }, schedule).map(({ t }) => t)).toEqual([20, 15, 10, 5, 0]);
    expect(laneLevels({ ...heun, steps: 1000 }, schedule)).toHaveLength(21);
  });

  it('can be any sampler with the settings it declares', () => {
    for (const { id, nfe } of samplers) expect(nfe(3, defaultParams(id))).toBeGreaterThan(0);
  });
});

describe('the clock', () => {
  const frames = [0, 2, 4, 38].map((nfe) => ({ nfe }));

  it.each([
    [0, 0],
    [1, 0],
    [2, 1],
    [37, 2],
    [38, 3],
    [1000, 3],
  ])('after %i evaluations shows frame %i', (evaluations, frame) => expect(frameAfter(frames, evaluations)).toBe(frame));

  it('shows nothing of an empty film', () => expect(frameAfter([], 5)).toBe(-1));

  it('shares a lane’s time out evenly over its evaluations, to its very end', () => {
    const lane = { nfe: 30, ms: 90.3 };
    expect(evaluationsAfter(0, lane)).toBe(0);
    expect(evaluationsAfter(45.15, lane)).toBe(15);
    expect(evaluationsAfter(90.3, lane)).toBe(30);
    expect(evaluationsAfter(1000, lane)).toBe(30); // it waits for the others
  });

  it('expects of the next race what the last one took', () => {
    expect(msPerEvaluation([])).toBeNull();
    const drawn = [
      { nfe: 10, ms: 30 },
      { nfe: 30, ms: 50 },
    ];
    expect(msPerEvaluation(drawn)).toBe(2); // 80 ms over 40
  });

  it.each([
    [420, '0.4 s'],
    [12_300, '12 s'],
    [200_000, '3 min'],
  ])('%i ms read %s', (ms, words) => expect(durationWords(ms)).toBe(words));
});

describe('the recorded race', () => {
  const text = readFileSync(new URL('../../public/recorded/race.json', import.meta.url), 'utf8');
  const { films, command } = decodeFilms(text);

  it('is small, and says how it was made', () => {
    expect(text.length).toBeLessThan(150_000);
    expect(command).toBe('npm run pretrain -- race');
  });

  it('has a film for each lane that the page opens with, to its end, all from one noise', () => {
    for (const lane of firstLanes) {
      const film = films.find(({ settings }) => isFilmOf(lane, settings));
      expect(film?.frames.at(-1)).toMatchObject({ t: 0, x0: null, nfe: plannedNfe(lane, 2) });
      expect(film?.frames[0]?.xt).toEqual(films[0]?.frames[0]?.xt);
    }
  });

  it('is no film of a lane with another setting', () => {
    const [ddpm] = firstLanes;
    if (!ddpm) throw new Error('no lanes');
    const is = (change: Partial<typeof ddpm>): boolean =>
      films.some(({ settings }) => isFilmOf({ ...ddpm, ...change }, settings));
    expect(is({})).toBe(true);
    expect(is({ steps: 25 })).toBe(false);
    expect(is({ spacing: 'karras' })).toBe(false);
    expect(is({ params: { variance: 'large' } })).toBe(false);
  });
});

describe('two rows of pictures', () => {
  it('agree where they are taken for the same digit', () => {
    const row = (...digits: number[]): { digit: number }[] => digits.map((digit) => ({ digit }));
    expect(agreeing(row(1, 2, 3), row(1, 7, 3))).toBe(2);
    expect(agreeing(row(1), null)).toBeNull();
  });

  it('are added up over several drawings, as long as one network drew them', () => {
    const drawing = { source: 'recorded 1000', noises: 10, acrossSamplers: 1, acrossSteps: 8 };
    expect(addUp(null, drawing)).toEqual(drawing);
    expect(addUp(drawing, drawing)).toEqual({ ...drawing, noises: 20, acrossSamplers: 2, acrossSteps: 16 });
    const other = { ...drawing, source: 'quick 30' };
    expect(addUp(drawing, other)).toEqual(other);
  });

  it('differ by the largest difference of a pixel, whatever its sign', () =>
    expect(largestDifference(Float32Array.of(0, 1, -1), Float32Array.of(0, 0.5, 1))).toBe(2));
});
