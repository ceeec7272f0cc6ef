import { describe, expect, it } from 'vitest';
import {
  alongWords,
  answerWords,
  durationWords,
  favourite,
  measuredAt,
  measureViews,
  moreStepsWords,
  nfeOf,
  onAxis,
  recordedPace,
  seedWords,
  stepsFor,
  verdictOf,
  verdictWords,
} from '../../lessons/samplers/quality';
import type { RecordedSamplerRow, RecordedSamplers } from '../../src/data/recordedSamplers';
import { curvesOf } from '../../src/data/samplerCurves';

const quality = { fd: 14, c90: 0.9, accuracy: 0.95, balance: 2.3, midInk: 0.5, variety: 16 };

function row(sampler: string, steps: number, fd: number, more: Partial<RecordedSamplerRow> = {}): RecordedSamplerRow {
  return { ...quality, fd, sampler, params: {}, spacing: 'trailing', steps, nfe: steps, seed: 0, seconds: 2, ...more };
}

function recorded(...rows: readonly RecordedSamplerRow[]): RecordedSamplers {
  return {
    command: '',
    date: '',
    device: '',
    weights: { steps: 1000, fingerprint: '' },
    n: 1000,
    guidanceScale: 1,
    floor: { n: 1000, draws: [quality] },
    smallFloors: [],
    rows,
  };
}

describe('the verdict', () => {
  const file = recorded(
    row('ddpm', 1000, 10),
    row('ddpm', 50, 20),
    row('ddim', 8, 15),
    row('ddim', 16, 9.5),
    row('unipc', 8, 10.8),
    row('dpm-solver-2m', 8, 11),
    row('langevin', 16, 80),
  );

  it('names who needs the fewest evaluations, and who never comes near', () => {
    expect(answerWords(verdictOf(file))).toBe('8, with UniPC and DPM-Solver++ 2M');
    const words = verdictWords(verdictOf(file), file);
    expect(words).toContain('a Fréchet distance of 10.0 (one seed, 1,000 digits each)');
    expect(words).toContain('fewest evaluations, 8: UniPC and DPM-Solver++ 2M.');
    expect(words).toContain('Annealed Langevin never comes near');
    expect(words).not.toContain('not the best'); // 9.5 is no more than near
  });

  it('says so where a short walk is better than the long one', () => {
    const better = recorded(row('ddpm', 1000, 20), row('ddim', 8, 15), row('unipc', 16, 10), row('ddim', 12, 10.9));
    const words = verdictWords(verdictOf(better), better);
    expect(words).toContain('with the fewest evaluations, 8: DDIM.');
    expect(words).toContain('The long walk is not the best one: UniPC with 16 evaluations has 10.0.');
    expect(words).toContain('Within 10% of that with the fewest, 12: DDIM.');
    expect(favourite(verdictOf(better))).toBe('ddim');
  });

  it('names DDPM itself where nobody else comes near', () => {
    const far = recorded(row('ddpm', 1000, 10), row('ddim', 8, 15));
    expect(answerWords(verdictOf(far))).toBe('1,000, with DDPM');
  });

  it('is none without the long walk', () => {
    const without = recorded(row('ddim', 8, 15));
    expect(verdictOf(without)).toBeNull();
    expect(answerWords(null)).toBeNull();
    expect(favourite(null)).toBeNull();
    expect(verdictWords(null, without)).toContain('not recorded yet');
  });

  it('counts the seeds that the reference rests on', () => {
    const two = recorded(row('ddpm', 1000, 10), row('ddpm', 1000, 12, { seed: 1 }));
    expect(verdictOf(two)?.reference).toEqual({ fd: 11, seeds: 2 });
    expect(verdictWords(verdictOf(two), two)).toContain('the mean of 2 seeds');
  });
});

it.each([
  ['one seed', [row('ddim', 8, 15)]],
  ['2 seeds', [row('ddim', 8, 15), row('ddim', 8, 16, { seed: 1 })]],
  ['1 to 2 seeds', [row('ddim', 8, 15), row('ddim', 8, 16, { seed: 1 }), row('ddpm', 8, 16)]],
])('%s are said to stand behind the points', (words, rows) => expect(seedWords(recorded(...rows))).toBe(words));

describe('sentences of the prose follow the file', () => {
  const long = row('ddpm', 1000, 20);
  it.each([
    ['UniPC with 16 evaluations is better than 1,000 steps of DDPM: Fréchet distances of 10.0 and 20.0.', row('unipc', 16, 10)],
    ['UniPC with 16 evaluations is as good as 1,000 steps of DDPM: Fréchet distances of 19.0 and 20.0.', row('unipc', 16, 19)],
    ['the one of 1,000 steps is the best.', row('unipc', 16, 30)],
  ])('more steps: %s', (words, other) => {
    expect(moreStepsWords(verdictOf(recorded(long, other)))).toBe(`Of the walks that were recorded, ${words}`);
  });

  it('and none is said of what is not recorded', () => {
    expect(moreStepsWords(null)).toBeNull();
    expect(alongWords(recorded(long), 'ddpm', 'midInk')).toBeNull();
    expect(alongWords(recorded(long), 'ddim', 'midInk')).toBeNull();
  });

  it('a measure along a curve: its ends, the mean of their seeds', () => {
    const file = recorded(
      row('ddpm', 1000, 20, { midInk: 0.3 }),
      row('ddpm', 4, 20, { midInk: 0.5 }),
      row('ddpm', 4, 20, { midInk: 0.6, seed: 1 }),
      row('ddpm', 50, 20, { midInk: 0.9 }),
    );
    expect(alongWords(file, 'ddpm', 'midInk')).toBe('from 0.55 after 4 evaluations to 0.30 after 1,000');
  });
});

describe('budgets', () => {
  it('pay for whole steps, and for one at least', () => {
    expect(stepsFor('ddim', 8)).toBe(8);
    expect(stepsFor('heun', 8)).toBe(4);
    expect(nfeOf('heun', 4)).toBe(7);
    expect(stepsFor('langevin', 1)).toBe(1);
    expect(stepsFor('ddpm', 5000)).toBe(1000);
  });

  it('find the dearest recorded walk within them', () => {
    const [curve] = curvesOf([row('heun', 4, 20, { nfe: 7 }), row('heun', 8, 12, { nfe: 15 })]);
    if (!curve) throw new Error('no curve');
    expect(measuredAt(curve, 8).map(({ fd }) => fd)).toEqual([20]);
    expect(measuredAt(curve, 4)).toEqual([]);
  });
});

describe('times', () => {
  it('come from the recording until the device is known', () => {
    expect(recordedPace(recorded(row('ddim', 4, 20), row('ddim', 6, 20)))).toBeCloseTo(0.4); // 4 s for 10,000 evaluations
  });

  it.each([
    [0.2, 'about a second'],
    [4.2, 'about 5 s'],
    [43, 'about 45 s'],
    [200, 'about 3 minutes'],
  ])('%s s are %s', (seconds, words) => expect(durationWords(seconds)).toBe(words));
});

it('what lies beyond an axis is drawn at its edge', () => {
  expect(onAxis(5000, measureViews.fd)).toBe(100);
  expect(onAxis(0.2, measureViews.c90)).toBe(0.6);
  expect(onAxis(0.93, measureViews.c90)).toBe(0.93);
});
