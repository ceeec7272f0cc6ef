import { describe, expect, it } from 'vitest';
import {
  answerWords,
  flipGuidances,
  flipPoints,
  flipSeries,
  flipWords,
  pointWords,
  type FlipPoint,
} from '../../lessons/upsampling/flip';
import { duelAnswer, duelWords, floorWords, lanesOf } from '../../lessons/upsampling/laneTable';
import { lossesOf, lossWords, mostLostBy, mostLostWords, stopsOf, stopWords } from '../../lessons/upsampling/lost';
import { allLevelsWords, levelCurves, levelSeries, levelWords, strongGuidanceWords } from '../../lessons/upsampling/noiseLevels';
import { realRows, realWords } from '../../lessons/upsampling/realInput';
import { aheadOf, certaintyWords, compare, seedCountWords, spreadOf, spreadWords } from '../../lessons/upsampling/seeds';
import { largestShareWords, spendingOf, spendingWords } from '../../lessons/upsampling/spending';
import { percentWords, secondsWords } from '../../lessons/upsampling/units';
import { cascadeSteps } from '../../src/training/cascadeRecipes';
import { flip, lane, levels, quality, real, recordedCascade } from './upsamplingRecord';

const rows = (...distances: readonly number[]) =>
  distances.map((fd, i) => ({ ...quality, fd, trainingSeed: 7 + i, noiseSeed: 0 }));

const wordsAt = (points: readonly FlipPoint[], i: number): string =>
  points
    .slice(i, i + 1)
    .map(pointWords)
    .join('');

describe('several seeds', () => {
  it('count once each, whatever noises they were measured with', () => {
    const spread = spreadOf([...rows(10, 20), { ...quality, fd: 14, trainingSeed: 7, noiseSeed: 1 }], 'fd');
    expect(spread).toMatchObject({ low: 12, mean: 16, high: 20 });
    expect(spread && spreadWords(spread)).toBe('16.0 (12.0–20.0)');
    expect(spreadOf([], 'fd')).toBeNull();
    expect(seedCountWords([rows(1, 2, 3), rows(1)])).toBe('1 to 3 seeds');
    expect(seedCountWords([rows(1), []])).toBe('one training seed');
    expect(seedCountWords([])).toBe('no seed yet');
  });

  it.each([
    ['ranges apart', [10, 11, 12], [13, 14, 15], 'clear', 'one'],
    ['ranges apart, the other way', [13, 14, 15], [10, 11, 12], 'clear', 'other'],
    ['ranges that overlap, one order for each seed', [10, 14, 12], [11, 16, 13], 'each', 'one'],
    ['seeds of two minds', [10, 14, 12], [11, 12, 13], 'open', null],
    ['a draw on one seed', [10, 14, 12], [10, 15, 13], 'open', null],
    ['one seed', [10], [20], 'single', 'one'],
    ['one seed, and less than a tenth', [10], [10.5], 'single', null],
    ['one seed on one side', [10, 11], [20], 'single', 'one'],
  ] as const)('%s', (_, one, other, certainty, ahead) => {
    const comparison = compare(rows(...one), rows(...other), 0);
    expect(comparison?.certainty).toBe(certainty);
    expect(comparison && aheadOf(comparison)).toBe(ahead);
  });

  it('say how far they lie apart', () => {
    const comparison = compare(rows(10, 14, 12), rows(11, 16, 13), 0);
    expect(comparison && certaintyWords(comparison)).toBe('on each of 3 seeds, though seeds of one kind lie up to 5.0 apart');
    expect(compare(rows(1), [], 0)).toBeNull();
  });
});

describe('noise on the input', () => {
  const file = recordedCascade({
    flip: [
      ...flip(1500, { plain: [14, 15, 16], augmented: [17, 18, 19] }),
      ...flip(100, { plain: [115, 99, 120], augmented: [70, 68, 75] }),
      ...flip(150, { plain: [71, 79, 75], augmented: [53, 52, 54] }),
      ...flip(250, { plain: [30, 40, 35], augmented: [31, 38, 36] }),
      ...flip(100, { plain: [60], augmented: [50] }, 1.5),
    ],
    real: [...real(7, { plain: [18, 19], augmented: [23, 24] }), ...real(14, { plain: [16, 17], augmented: [16.5, 16.8] })],
  });
  const points = flipPoints(file, 1);

  it('helps, is in doubt, and hurts, as the base gets better', () => {
    expect(flipWords(points)).toBe(
      'With a base of 100 to 150 steps noise in training helps; with 250 steps neither is ahead for sure; with 1,500 steps it hurts.',
    );
    expect(wordsAt(points, 0)).toBe(
      'A base of 100 steps: 71.0 with noise in training, 111.3 without; the one with is ahead by 40.3: its worst seed is better than the other’s best.',
    );
    expect(wordsAt(points, 2)).toContain('neither is ahead for sure: the 3 seeds do not agree');
    expect(answerWords(file)).toBe(
      'better on real input (18.5 without noise, 23.5 with it); on drawn input worse with a base of 100 steps (111.3 without noise, 71.0 with it), better with one of 1,500 steps (15.0 without noise, 18.0 with it)',
    );
  });

  it('stays true where it is the other way round, or the same all along', () => {
    const turned = recordedCascade({
      flip: [...flip(100, { plain: [10, 11], augmented: [20, 21] }), ...flip(500, { plain: [10, 11], augmented: [20, 21] })],
      real: real(7, { plain: [30, 31], augmented: [20, 21] }),
    });
    expect(flipWords(flipPoints(turned, 1))).toBe(
      'With every base that was measured, 100 to 500 steps, noise in training hurts.',
    );
    expect(answerWords(turned)).toMatch(
      /^worse on real input .*; on drawn input better with a base of 100 steps .*, better with one of 500 steps/,
    );
    const unsure = recordedCascade({
      flip: flip(100, { plain: [10, 21], augmented: [20, 11] }),
      real: real(7, { plain: [10, 21], augmented: [20, 11] }),
    });
    expect(answerWords(unsure)).toBe(
      'undecided on real input (15.5 without noise, 15.5 with it); on drawn input undecided with a base of 100 steps (15.5 without noise, 15.5 with it)',
    );
  });

  it('says nothing before anything was measured', () => {
    expect(flipWords([])).toBeNull();
    expect(answerWords(recordedCascade())).toBeNull();
    const half = flipPoints(recordedCascade({ flip: flip(100, { plain: [10], augmented: [] }) }), 1);
    expect(flipWords(half)).toBeNull();
    expect(wordsAt(half, 0)).toContain('not measured both ways yet');
  });

  it('is drawn as two lines, one guidance at a time', () => {
    expect(flipGuidances(file)).toEqual([1, 1.5]);
    const [plain, augmented] = flipSeries(points);
    expect(plain?.points.map(({ x }) => x)).toEqual([100, 150, 250, 1500]);
    expect(augmented?.points[0]?.spread.mean).toBe(71);
    expect(flipPoints(file, 1.5)).toHaveLength(1);
  });

  it('is told of real input by way and in a sentence', () => {
    expect(realRows(file).map(({ side, augmentation }) => `${side} ${augmentation}`)).toEqual([
      '14 plain',
      '14 augmented',
      '7 plain',
      '7 augmented',
    ]);
    expect(realWords(file)).toMatch(
      /^Through the last network alone noise in training makes no sure difference: 16\.\d with it, 16\.5 without/,
    );
    expect(realWords(file)).toContain(
      'Through both upsamplers the one trained without noise is better on real input: 18.5 against 23.5',
    );
    expect(realWords(recordedCascade())).toBeNull();
  });
});

describe('the lanes', () => {
  const alone = lane('ddim', [12, 13, 14], { label: 'DDIM, 12 steps', flopsPerImage: 0.74e9, accuracy: 0.96 });
  const long = lane('ddpm', [11, 12, 13], { label: 'DDPM, 1,000 steps', nfe: 2000, flopsPerImage: 62e9 });

  it('are compared at the price that is nearest', () => {
    const chain = lane('cascade', [12.5, 12.8, 14.5], { label: 'cascade', flopsPerImage: 0.82e9, accuracy: 0.93 });
    const words = duelWords(recordedCascade({ lanes: [...long, ...alone, ...chain] }));
    expect(words).toContain('the network alone (DDIM, 12 steps)');
    expect(words).toContain('about as much training and about as much drawing');
    expect(words).toContain('By Fréchet distance they tie: 13.3 against 13.0; the 3 seeds do not agree');
    expect(words).toContain('As asked for are 93.0% and 96.0%: the network alone obeys more often.');
  });

  it('are answered in a few words, by the better of two walks at one price', () => {
    const chain = lane('cascade', [20, 21], { label: 'cascade' });
    const ddpm = lane('ddpm', [40, 41], { label: 'DDPM' });
    expect(duelAnswer(recordedCascade({ lanes: [...chain, ...ddpm, ...lane('ddim', [30, 31])] }))).toBe(
      'the chain is ahead: 20.5 by the chain, 30.5 alone',
    );
    expect(duelAnswer(recordedCascade({ lanes: [...chain, ...lane('ddim', [20, 22])] }))).toBe(
      'a tie: 20.5 by the chain, 21.0 alone',
    );
    expect(duelAnswer(recordedCascade())).toBeNull();
  });

  it('say who is ahead when somebody is, and by which factor costs differ', () => {
    const better = lane('cascade', [8, 9, 10], { label: 'cascade', flopsPerImage: 1.5e9, trainingFlops: 6e12, accuracy: 0.962 });
    const words = duelWords(recordedCascade({ lanes: [...alone, ...better] }));
    expect(words).toContain('2 times as much training and 2 times as much drawing');
    expect(words).toContain('the chain is ahead: 9.0 against 13.0; its worst seed is better');
    expect(words).toContain('no difference');
    const worse = lane('cascade', [20, 21, 22], { label: 'cascade' });
    expect(duelWords(recordedCascade({ lanes: [...alone, ...worse] }))).toContain(
      'the network alone is ahead: 21.0 against 13.0',
    );
  });

  it('are no duel without the chain, or with nothing beside it', () => {
    expect(duelWords(recordedCascade({ lanes: alone }))).toBeNull();
    expect(duelWords(recordedCascade({ lanes: lane('cascade', [12]) }))).toBeNull();
    expect(lanesOf(recordedCascade())).toEqual([]);
  });

  it('have real digits below them', () => {
    expect(floorWords(recordedCascade())).toEqual({ fd: '10.0', accuracy: '99.0%', c90: '90.0%' });
  });
});

describe('where a digit is lost', () => {
  const file = (drawn: number, small: number, half: number) =>
    recordedCascade({
      real: [...real(7, { plain: [18], augmented: [20] }, small), ...real(14, { plain: [16], augmented: [17] }, half)],
      lanes: lane('cascade', [13], { accuracy: drawn }),
    });

  it('names the network that adds most', () => {
    const stops = stopsOf(file(0.92, 0.97, 0.99));
    expect(stops.map(({ misread }) => misread.mean.toFixed(2))).toEqual(['0.01', '0.01', '0.03', '0.08']);
    expect(lossesOf(stops).map(({ culprit }) => culprit)).toEqual(['14 × 14 → 28 × 28', '7 × 7 → 14 × 14', 'the base']);
    expect(lossWords(stops)).toBe(
      'Of drawn digits 8.0% are misread. The largest part is added by the base: 5.0%; by 7 × 7 → 14 × 14 2.0%, by 14 × 14 → 28 × 28 next to nothing.',
    );
    expect(mostLostBy(stops)).toBe('the base');
    expect(mostLostWords(stops)).toContain('in one place: the base');
    expect(stopWords(stops, 7)).toContain(
      '7 × 7 and enlarged again, 3.0% are then read as another digit; of the same digits untouched, 1.0%',
    );
    expect(stopWords([], 7)).toBe('');
  });

  it('names another one, or none, where that is so', () => {
    expect(mostLostBy(stopsOf(file(0.94, 0.95, 0.99)))).toBe('7 × 7 → 14 × 14');
    expect(lossWords(stopsOf(file(0.99, 0.99, 0.99)))).toContain('No network of the chain adds more');
    expect(mostLostBy(stopsOf(file(0.99, 0.99, 0.99)))).toBeNull();
    expect(lossWords(stopsOf(recordedCascade()))).toBeNull();
  });
});

describe('noise while drawing', () => {
  const weak = levels(
    [
      [70, 72],
      [60, 61],
      [65, 66],
    ],
    { baseSteps: 100, guidanceScale: 1 },
  );
  const strong = levels(
    [
      [14, 15],
      [16, 17],
      [20, 21],
    ],
    { baseSteps: 1500, guidanceScale: 1 },
  );

  it('helps one chain and not the other', () => {
    const file = recordedCascade({ levels: [...strong, ...weak] });
    const [first, second] = levelCurves(file);
    expect(first && levelWords(first, file.floor)).toBe(
      'With a base of 100 steps and guidance 1 the best level is 1: 60.5 where none has 71.0 (its worst seed is better than the other’s best).',
    );
    expect(second && levelWords(second, file.floor)).toContain(
      'no level is better than none; the nearest is 1, with 16.5 where none has 14.5',
    );
    expect(allLevelsWords(file)).toBe(
      'Of the 2 chains that were measured, some level is better than none in 1: 100 steps, w = 1.',
    );
    expect(levelSeries(levelCurves(file)).map(({ name }) => name)).toEqual(['base of 100 steps', 'base of 1,500 steps']);
  });

  it('helps all, none, or for sure nobody', () => {
    expect(allLevelsWords(recordedCascade({ levels: weak }))).toBe(
      'In the one chain that was measured, some level is better than none.',
    );
    expect(allLevelsWords(recordedCascade({ levels: strong }))).toBe(
      'In the one chain that was measured, no level is better than none for sure.',
    );
    const [open] = levelCurves(
      recordedCascade({
        levels: levels(
          [
            [14, 15],
            [16, 13],
          ],
          { baseSteps: 100, guidanceScale: 1 },
        ),
      }),
    );
    expect(open && levelWords(open, recordedCascade().floor)).toContain('no level is better than none for sure');
    expect(allLevelsWords(recordedCascade())).toBeNull();
  });

  it('mends strong guidance, where it does', () => {
    const guided = levels(
      [
        [34, 35],
        [20, 21],
      ],
      { baseSteps: 1500, guidanceScale: 2 },
    );
    expect(strongGuidanceWords(recordedCascade({ levels: [...weak, ...guided] }))).toContain(
      'After 1,500 steps, with guidance 2, level 1 brings the distance from 34.5 to 20.5. Without the noise 95.0% of the digits are as asked, with it 95.0%.',
    );
    expect(strongGuidanceWords(recordedCascade({ levels: weak }))).toBe(''); // no guidance
    const worse = levels(
      [
        [20, 21],
        [34, 35],
      ],
      { baseSteps: 1500, guidanceScale: 2 },
    );
    expect(strongGuidanceWords(recordedCascade({ levels: worse }))).toBe('');
    expect(strongGuidanceWords(recordedCascade())).toBe('');
  });

  it('of one seed has to gain more than draws of real digits lie apart', () => {
    const floor = { n: 500, draws: [8, 14].map((fd) => ({ ...quality, fd })) };
    const once = (fd: number): string | null =>
      allLevelsWords(recordedCascade({ floor, levels: levels([[30], [fd]], { baseSteps: 100, guidanceScale: 2 }) }));
    expect(once(25)).toContain('no level is better than none for sure');
    expect(once(23)).toContain('some level is better than none');
    const [curve] = levelCurves(recordedCascade({ levels: levels([[30], [25]], { baseSteps: 100, guidanceScale: 2 }) }));
    expect(curve && levelWords(curve, floor)).toBe(
      'With a base of 100 steps and guidance 2 no level is better than none for sure; the lowest is 1, with 25.0 where none has 30.0 (one training, so no spread is known).',
    );
  });
});

describe('the arithmetic of the chain', () => {
  const spending = spendingOf(recordedCascade());

  it('goes by looks and by what a look costs', () => {
    expect(spending.map(({ nfe }) => nfe)).toEqual([50, 16, 4]); // the last is told no class: nothing to guide
    for (const { drawing, nfe, flopsPerEvaluation } of spending) expect(drawing).toBe(nfe * flopsPerEvaluation);
    expect(spending.reduce((sum, { drawingShare }) => sum + drawingShare, 0)).toBeCloseTo(1, 10);
    expect(spending.reduce((sum, { trainingShare }) => sum + trainingShare, 0)).toBeCloseTo(1, 10);
    // recipe: 12.37, 8.70 and 15.85 MFLOP an evaluation
    expect(spending.map(({ flopsPerEvaluation }) => Math.round(flopsPerEvaluation / 1e6))).toEqual([12, 9, 16]);
    expect(cascadeSteps.base).toBe(1500);
  });

  it('is mostly the base’s, and unguided looks cost half', () => {
    expect(spendingWords(spending, 1.25)).toMatch(/^A picture takes 0\.8\d GFLOP, 7\d% of it in one stage: the base, 7 × 7\./);
    expect(largestShareWords(spending)).toMatch(/^7\d% of a picture’s arithmetic goes to the base/);
    const settings = { ...recordedCascade().settings, guidanceScale: 1 };
    expect(spendingOf({ settings }).map(({ nfe }) => nfe)).toEqual([25, 8, 4]);
  });
});

it('amounts are as one reads them', () => {
  expect([0.026, 0.42, 12.3].map(secondsWords)).toEqual(['26 ms', '0.42 s', '12 s']);
  expect(percentWords(0.0404)).toBe('4.0%');
});
