/** What lesson 5 says of its measurements, from measurements made up for the purpose. */
import { describe, expect, it } from 'vitest';
import { curvesOf } from '../../lessons/conditioning/curves';
import { spread } from '../../lessons/conditioning/numberWords';
import { earlyWords, readingWords } from '../../lessons/conditioning/readingResults';
import { stretchGain, stretchLines, stretchWords } from '../../lessons/conditioning/stretchResults';
import { bestGuidance, sweepAnswer, sweepOptions, sweepWords, varietyVerdict } from '../../lessons/conditioning/sweepResults';
import { timeAnswer, timeLines, timeOptions, timeVerdict, timeWords } from '../../lessons/conditioning/timeResults';
import {
  checkpointRows,
  intervalRows,
  negativeRows,
  rowPictures,
  swapRows,
  swapTimes,
  sweepRows,
  sweepScales,
} from '../../lessons/conditioning/rowPlans';
import type { RecordedCaptions, TimeNetwork, TimeRow } from '../../src/data/recordedCaptions';
import type { Obedience, SeedSpread } from '../../src/data/recordedObedience';
import { captionCheckpoints } from '../../src/training/captionRecipes';

const about = (mean: number): SeedSpread => ({ min: mean - 1, mean, max: mean + 1 });
const obedience = (fd: number, all: number, change: Partial<Record<keyof Obedience, number>> = {}): Obedience => {
  const part = (name: keyof Obedience, value: number): SeedSpread => about(change[name] ?? value);
  return {
    fd: about(fd),
    all: { min: all - 0.01, mean: all, max: all + 0.01 },
    class: part('class', 0.9),
    slant: part('slant', 0.9),
    thickness: part('thickness', 0.9),
    width: part('width', 0.9),
    midInk: part('midInk', 0.4),
    variety: part('variety', 16),
  };
};
const time = (network: TimeNetwork, fd: number, accuracy: number, guidanceScale = 1.5): TimeRow => ({
  network,
  trainingSteps: 1000,
  guidanceScale,
  fd: about(fd),
  class: about(accuracy),
});
const recorded = (change: Partial<RecordedCaptions>): RecordedCaptions => ({
  ...{ command: 'a command', date: '', device: '', n: 500, noiseSeeds: 3, sampler: 'ddim', steps: 25 },
  ...{ real: obedience(4, 0.99), checkpoints: [], sweep: [], intervals: [], time: [], models: [] },
  ...change,
});

describe('without t', () => {
  const rows = (x0: number, eps: number, accuracy = 0.9): RecordedCaptions =>
    recorded({
      time: [
        time('time-x0', 20, 0.95),
        time('time-x0', 19, 0.9, 1), // better, at another guidance
        time('timeless-x0', x0, accuracy),
        time('time-eps', 100, 0.8),
        time('timeless-eps', eps, 0.7),
      ],
    });

  it.each([
    [rows(21, 400), timeOptions[1]],
    [rows(21, 110), timeOptions[3]],
    [rows(60, 110), timeOptions[2]],
    [rows(60, 400), timeOptions[0]],
    [rows(21, 110, 0.3), timeOptions[2]], // near in distance, and no digits
  ])('the answer follows the measurements (%#)', (measured, answer) => {
    expect(timeAnswer(measured)).toBe(answer);
    expect(timeVerdict(measured)).not.toMatch(/not been measured/);
  });

  it('nothing is claimed before all four are measured', () => {
    const two = recorded({ time: [time('time-x0', 20, 0.9), time('timeless-x0', 20, 0.9)] });
    expect([timeAnswer(two), timeWords(two)]).toEqual([null, null]);
    expect(timeVerdict(two)).toMatch(/not been measured/);
  });

  it('numbers are each network’s best, and the table has them all', () => {
    expect(timeWords(rows(21, 400))).toContain('Predicting x₀, the Fréchet distance is 19.0 with t and 21.0 without');
    const [first] = timeLines(rows(21, 400));
    expect(first).toMatchObject({ network: 'time-x0', target: 'x₀', isTold: true });
    expect(first?.cells.map(({ guidanceScale, accuracy }) => [guidanceScale, accuracy])).toEqual([
      [1, '90%'],
      [1.5, '95%'],
    ]);
  });
});

describe('the sweep', () => {
  const sweep = [
    { guidanceScale: 1, ...obedience(18, 0.4) },
    { guidanceScale: 1.5, ...obedience(12, 0.58) },
    { guidanceScale: 3, ...obedience(20, 0.7) },
  ];

  it('finds the two best, and says where they lie', () => {
    expect(bestGuidance(sweep)).toMatchObject({ realism: { guidanceScale: 1.5 }, obedience: { guidanceScale: 3 } });
    expect(sweepAnswer(recorded({ sweep }))).toBe(`${sweepOptions[1]} (1.5; 3)`);
    expect(sweepWords(recorded({ sweep }))).toContain(
      'lowest at w = 1.5: 12.0 (11.0–13.0) at w = 1.5, where 58% of the pictures',
    );
    const turned = [
      { guidanceScale: 1.5, ...obedience(20, 0.7) },
      { guidanceScale: 3, ...obedience(12, 0.5) },
    ];
    expect(sweepAnswer(recorded({ sweep: turned }))).toBe(`${sweepOptions[2]} (3; 1.5)`);
  });

  it('names every guidance that the noises cannot tell from the best', () => {
    const close = [{ guidanceScale: 1, ...obedience(12.9, 0.4) }, ...sweep.slice(1)];
    expect(sweepAnswer(recorded({ sweep: close }))).toBe(`${sweepOptions[1]} (1 or 1.5; 3)`);
    expect(sweepWords(recorded({ sweep: close }))).toContain(
      'lowest at w = 1 or 1.5, which our noises cannot tell apart: 12.0 (11.0–13.0) at w = 1.5',
    );
  });

  it('says so where they are one, and nothing where there is nothing', () => {
    expect(sweepAnswer(recorded({ sweep: sweep.slice(1, 2) }))).toBe(`${sweepOptions[0]} (1.5)`);
    expect(sweepAnswer(recorded({ sweep: sweep.slice(0, 1) }))).toBe(sweepOptions[3]);
    expect([sweepAnswer(recorded({})), sweepWords(recorded({}))]).toEqual([null, null]);
  });

  it('stands beside the stretches, from nowhere to everywhere', () => {
    const intervals = [
      { guidanceScale: 3, from: 0, to: 500, ...obedience(16, 0.5) },
      { guidanceScale: 3, from: 500, to: 1000, ...obedience(15, 0.65) },
    ];
    const measured = recorded({ sweep, intervals });
    expect(stretchLines(measured).map(({ guidanceScale, where }) => [guidanceScale, where])).toEqual([
      [1, 'nowhere'],
      [3, 't in (500, 1,000]'],
      [3, 't in (0, 500]'],
      [3, 'everywhere'],
    ]);
    expect(stretchWords(measured)).toBe(
      'Measured with w = 3, the Fréchet distance and the share of whole captions that are obeyed: nowhere, 18.0 and 40%; t in (500, 1,000], 15.0 and 65%; t in (0, 500], 16.0 and 50%; everywhere, 20.0 and 70%.',
    );
    expect([stretchLines(recorded({ sweep })), stretchWords(recorded({ sweep }))]).toEqual([[], null]);
  });

  it('tells of a stretch that costs less realism than guidance everywhere, and only where the noises agree', () => {
    const gain = (fd: number, all: number): string | null =>
      stretchGain(
        recorded({
          sweep: [2, 3].map((guidanceScale) => ({ guidanceScale, ...obedience(20, 0.7) })),
          intervals: [{ guidanceScale: 3, from: 200, to: 800, ...obedience(fd, all) }],
        }),
      );
    expect(gain(16, 0.71)).toBe(
      'With w = 3 for t in (200, 800] alone, 71% obey, about as many as with w = 2 everywhere (70%), and they look more real: 16.0 against 20.0.',
    );
    expect(gain(18.5, 0.71)).toBeNull();
    expect(gain(16, 0.6)).toBeNull();
    expect(stretchGain(recorded({}))).toBeNull();
  });

  it('says of variety what was measured', () => {
    const varied = (from: number, to: number): RecordedCaptions =>
      recorded({
        sweep: [
          { guidanceScale: 1, ...obedience(12, 0.4, { variety: from }) },
          { guidanceScale: 3, ...obedience(20, 0.7, { variety: to }) },
        ],
      });
    expect(varietyVerdict(varied(17, 14))).toMatch(/goes from 17\.0 at w = 1 to 14\.0 at w = 3: they become alike/);
    for (const to of [16.5, 19])
      expect(varietyVerdict(varied(17, to))).toMatch(/does not show that: their distance goes from 17\.0/);
    expect(varietyVerdict(recorded({}))).toBe('');
  });

  it('becomes a curve for each measure, from left to right', () => {
    const [fd] = curvesOf(sweep.toReversed(), ['fd'], ({ guidanceScale }) => guidanceScale);
    expect(fd).toMatchObject({
      name: 'Fréchet distance',
      points: [
        { x: 1, y: 18 },
        { x: 1.5, y: 12 },
        { x: 3, y: 20 },
      ],
    });
  });
});

describe('the checkpoints', () => {
  const checkpoints = [
    { steps: 500, guidanceScale: 2, ...obedience(30, 0.5) },
    { steps: 100, guidanceScale: 2, ...obedience(100, 0.05, { class: 0.2, slant: 0.7, thickness: 0.8 }) },
    { steps: 500, guidanceScale: 1, ...obedience(40, 0.3) },
  ];

  it('are told in order, at one guidance', () => {
    expect(readingWords(recorded({ checkpoints }), 2)).toBe(
      'After 100, 500 steps: the digit is as asked in 20%, 90% of the pictures, and all four things in 5%, 50%.',
    );
    expect(readingWords(recorded({ checkpoints }), 1)).toBeNull();
  });

  it('say which words came first only if they show it', () => {
    expect(earlyWords(recorded({ checkpoints }))).toMatch(/After 100 steps 70% .* lean as asked .* 80% .* right in 20%/);
    expect(earlyWords(recorded({ checkpoints: checkpoints.slice(0, 1) }))).toBe('');
    expect(earlyWords(recorded({}))).toBe('');
  });
});

it('a spread has a range where there is one', () => {
  expect(spread(about(12), 1)).toBe('12.0 (11.0–13.0)');
  expect(spread({ min: 12, mean: 12, max: 12 }, 1)).toBe('12.0');
});

describe('rows', () => {
  const ask = { caption: 'a seven', guidanceScale: 3, seed: 5 };

  it('differ in one thing and share their noises', () => {
    const all = [
      checkpointRows(ask),
      sweepRows(ask),
      intervalRows(ask),
      negativeRows(ask, 'thick'),
      swapRows(ask, 'an eight'),
    ].flat();
    for (const { request, asked } of all) {
      expect(request).toMatchObject({ seed: 5, sampler: 'ddim', steps: 25, clip: true });
      expect([request.labels.length, request.prompts?.captions.length, asked.length]).toEqual([
        rowPictures,
        rowPictures,
        rowPictures,
      ]);
    }
    for (const rows of [checkpointRows(ask), sweepRows(ask), intervalRows(ask), swapRows(ask, 'an eight')]) {
      expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    }
  });

  it('are the checkpoints, the guidances and the stretches', () => {
    expect(checkpointRows(ask).map(({ request }) => request.source)).toEqual(
      captionCheckpoints.map((steps) => ({ kind: 'recorded', name: `caption@${steps}` })),
    );
    expect(sweepRows(ask).map(({ request }) => request.guidanceScale)).toEqual([...sweepScales]);
    const [none, everywhere, noise] = intervalRows(ask);
    expect([none?.request.guidanceScale, none?.request.guidanceInterval]).toEqual([1, undefined]);
    expect(everywhere?.request.guidanceInterval).toBeUndefined();
    expect(noise?.request.guidanceInterval).toEqual({ from: 500, to: 1000 });
  });

  it('lead away from nothing, or from a caption', () => {
    const [without, away] = negativeRows(ask, 'thick');
    expect([without?.request.prompts?.negative, away?.request.prompts?.negative]).toEqual([undefined, 'thick']);
  });

  it('swap at each moment, and are held against the second caption', () => {
    const rows = swapRows(ask, 'an eight');
    expect(rows.map(({ request }) => request.prompts?.swap?.at)).toEqual([undefined, ...swapTimes, undefined]);
    expect(rows.map(({ request }) => request.prompts?.captions[0])).toEqual([
      'an eight',
      ...swapTimes.map(() => 'a seven'),
      'a seven',
    ]);
    for (const { asked } of rows) expect(asked[0]?.digit).toBe(8);
  });
});
