/** What lesson 8 says about its recordings, and the geometry of its figures. */
import { describe, expect, it } from 'vitest';
import { faultName, faultRows, faultWords, rangeWords } from '../../lessons/latent-diffusion/bad';
import {
  ceilingWords,
  costGuidances,
  costLines,
  duelAnswer,
  duelWords,
  leadOf,
  lookWords,
} from '../../lessons/latent-diffusion/costs';
import {
  channelOf,
  changedShare,
  latentAt,
  meanSquared,
  overChannels,
  timesChannels,
  withNumber,
} from '../../lessons/latent-diffusion/latents';
import { networkOf, scaleCaptions } from '../../lessons/latent-diffusion/misscaled';
import {
  aroundOf,
  aroundWords,
  fromPx,
  keyStep,
  reachOf,
  sheetOf,
  tiled,
  toPx,
  within,
} from '../../lessons/latent-diffusion/plane';
import {
  answerWords,
  baselineWords,
  fewestNumbers,
  rateSeries,
  sizesOf,
  sizeWords,
  stepsWords,
} from '../../lessons/latent-diffusion/rate';
import { blameWords, clipWords, isOneNoise, scaleRows, scaleWords } from '../../lessons/latent-diffusion/scale';
import { courseOf, msLeft } from '../../lessons/latent-diffusion/training';
import { parseCaption } from '../../src/data/captions/caption';
import { shippedModel } from '../../src/training/shippedModels';
import { autoencoder, latentQuality, obedience, pixelQuality, recordedLatent, scaled, spread } from './latentRecord';

const grid = { side: 2, channels: 2 };
/** Two latents: the number names the latent, the cell and the channel. */
const values = Float32Array.from([0, 1, 10, 11, 20, 21, 30, 31, 100, 101, 110, 111, 120, 121, 130, 131]);

describe('latents', () => {
  it('are taken apart by picture and channel', () => {
    expect([...(channelOf(values, grid, 1, 1) ?? [])]).toEqual([101, 111, 121, 131]);
    expect([...latentAt(values, grid, 1)]).toEqual([100, 101, 110, 111, 120, 121, 130, 131]);
    expect(channelOf(values, grid, 2, 0)).toBeNull();
    expect(channelOf(null, grid, 0, 0)).toBeNull();
  });

  it('are multiplied channel by channel, and divided again', () => {
    const factors = [2, 10];
    expect([...timesChannels(values.subarray(0, 4), factors)]).toEqual([0, 10, 20, 110]);
    expect(overChannels(timesChannels(values, factors), factors)).toEqual(values);
  });

  it('change in one number alone', () => {
    const changed = withNumber(latentAt(values, grid, 0), grid, { cell: 2, channel: 1 }, 5);
    expect([...changed]).toEqual([0, 1, 10, 11, 20, 5, 30, 31]);
    expect(values[5]).toBe(21); // the original is left alone
  });

  it('and pictures are compared', () => {
    expect(meanSquared([0, 1, 2, 3], [0, 1, 2, 1])).toBe(1);
    expect(changedShare([0, 1, 2, 3], [0, 1.05, 2.2, 1], 0.1)).toBe(0.5);
  });
});

describe('rate and distortion', () => {
  it('goes by the size of the latent, and names the fewest numbers that will do', () => {
    expect(sizesOf(recordedLatent).map(({ numbers }) => numbers)).toEqual([2, 49, 98, 196]);
    expect(fewestNumbers(recordedLatent)?.numbers).toBe(98);
    expect(answerWords(recordedLatent)).toBe('98 of 784 keep 99.8%; with 49 it is 97.0%');
    expect(answerWords({ ...recordedLatent, autoencoders: [] })).toBeNull();
  });

  it('compares what was trained equally long, where that was measured', () => {
    const early = { ...autoencoder, name: 'ae-2@500', steps: 500, mse: 0.012 };
    const rows = recordedLatent.autoencoders.map((row) =>
      row.name === 'ae-1' || row.name === 'ae-4' ? { ...row, steps: 500 } : row,
    );
    const sizes = sizesOf({ ...recordedLatent, autoencoders: [...rows, early] });
    expect(sizes[2]).toEqual(early);
    expect(stepsWords(sizes)).toBe('500 steps of training (1,000 with 2 numbers)');
    expect(stepsWords([])).toBe('');
  });

  it('says what is left', () => {
    const [row] = sizesOf(recordedLatent).filter(({ numbers }) => numbers === 98);
    expect(row && sizeWords(row)).toContain('98 numbers, 8 times fewer than pixels: the judge sees the same digit in 99.8%');
    expect(baselineWords(recordedLatent)).toBe(
      'With 98 numbers, pixels averaged in squares and enlarged again keep 90.0%, the autoencoder 99.8%.',
    );
    expect(baselineWords({ ...recordedLatent, baselines: [] })).toBe('');
  });

  it('draws no line through nothing', () => {
    expect(rateSeries(recordedLatent, 'mse').map(({ name }) => name)).toEqual(['autoencoder', 'fewer pixels']);
    expect(rateSeries({ ...recordedLatent, baselines: [] }, 'mse')).toHaveLength(1);
  });
});

describe('bad autoencoders', () => {
  it('come in two kinds, the worst first, the good one with both', () => {
    expect(faultRows(recordedLatent, 'steps').map((row) => faultName(row, 'steps'))).toEqual([
      '25 steps',
      '100 steps',
      '1,000 steps',
    ]);
    expect(faultRows(recordedLatent, 'beta').map((row) => faultName(row, 'beta'))).toEqual(['β = 1', 'β = 0.001', 'β = 0']);
    expect(faultRows({ ...recordedLatent, autoencoders: [] }, 'beta')).toEqual([]);
  });

  it('are compared with the good one of the same steps', () => {
    const early = { ...autoencoder, name: 'ae-2@500', steps: 500 };
    const leashes = recordedLatent.autoencoders.map((row) => (row.name.includes('beta') ? { ...row, steps: 500 } : row));
    const rows = faultRows({ ...recordedLatent, autoencoders: [...leashes, early] }, 'beta');
    expect(rows.map(({ steps }) => steps)).toEqual([500, 500, 500]);
  });

  it('are described by what they lose', () => {
    const rows = faultRows(recordedLatent, 'steps');
    const [worst] = rows;
    expect(worst && faultWords(worst, 'steps')).toBe(
      'After 25 steps, what comes back differs by 0.12 a pixel, squared, and the judge sees another digit in 50.0% of the pictures.',
    );
    expect(rangeWords(rows, 'steps')).toBe('The worst, 25 steps, loses 50.0% of the digits; the best, 1,000 steps, 0.2%.');
    expect(rangeWords(rows.slice(0, 1), 'steps')).toBe('');
  });
});

describe('scale and bound', () => {
  const large = { ...scaled, ...obedience(60, 0.3), deviation: 10, clip: 40 };
  const cut = { ...scaled, ...obedience(900, 0.01), deviation: 10, clip: 4 };
  const free = { ...scaled, clip: null };

  it('are told apart in words', () => {
    expect(clipWords(scaled)).toBe('limited to ±4, 4 deviations');
    expect(clipWords(cut)).toBe('limited to ±4, 0.4 deviations');
    expect(clipWords(free)).toBe('not limited');
  });

  it('stand in order: scaled first, the widest bound first', () => {
    expect(scaleRows({ ...recordedLatent, scale: [cut, large, scaled, free] })).toEqual([free, scaled, large, cut]);
  });

  it('are each blamed for their own part', () => {
    const small = { ...scaled, ...obedience(25, 0.45), deviation: 0.1, clip: null };
    const study = { ...recordedLatent, scale: [cut, small, large, scaled, { ...free, ...obedience(21, 0.5) }] };
    expect(scaleWords(study)).toBe(
      'The size alone, with a bound that cuts nothing off: of deviation 1, a Fréchet distance of 20, the right digit in 50%; of deviation 10, 60, the right digit in 30%; of deviation 0.1, 25, the right digit in 45%. With a bound made for deviation 1 on latents of deviation 10: 900, the right digit in 1%.',
    );
    expect(blameWords(study)).toBe(
      'So much for each mistake by itself: latents of deviation 10 multiply the distance by 3, and latents of deviation 0.1 are hardly worse for it; a bound that cuts into them multiplies it by 45.',
    );
    expect(scaleWords({ ...recordedLatent, scale: [scaled, cut] })).toBeNull(); // the two mistakes at once show neither
    expect(blameWords({ ...recordedLatent, scale: [] })).toBe('');
    expect(isOneNoise(study)).toBe(true);
    expect(isOneNoise({ ...study, scale: [{ ...scaled, fd: spread(20, 1) }] })).toBe(false);
  });

  it('are drawn by networks that ship, from captions that name the digit', () => {
    for (const size of ['divided', 'large', 'small'] as const) expect(shippedModel(networkOf(size)).recipe.id).toBe('latent');
    expect(scaleCaptions.map((caption) => parseCaption(caption).digit)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('latent and pixels', () => {
  const longer = { ...pixelQuality, ...obedience(14, 0.66, 0.5), name: 'caption@3000', trainingSteps: 3000, trainingFlops: 1e13 };
  const middle = { ...pixelQuality, ...obedience(16, 0.64, 1), name: 'caption@2000', trainingSteps: 2000, trainingFlops: 6.5e12 };
  const quality = [latentQuality, pixelQuality, middle, longer];

  it('are paired by training that costs about the same, with the autoencoder or without', () => {
    const names = (billing: 'all' | 'denoiser') =>
      costLines({ ...recordedLatent, quality }, 2, billing).map(({ role, row }) => [role, row.name]);
    expect(names('all')).toEqual([
      ['latent', 'latent@1500'],
      ['equal', 'caption@2000'], // 6.5 beside 4 + 2
      ['longer', 'caption@3000'],
    ]);
    expect(names('denoiser')[1]).toEqual(['equal', 'caption@1000']); // 3.6 beside 4
    expect(costLines(recordedLatent, 2, 'all').map(({ role }) => role)).toEqual(['latent', 'equal']);
    expect(costLines(recordedLatent, 3, 'all')).toEqual([]);
    expect(costGuidances(recordedLatent)).toEqual([2]);
    expect(costGuidances({ ...recordedLatent, quality: [latentQuality] })).toEqual([2]); // the latent alone still stands there
    expect(costGuidances({ ...recordedLatent, quality: [pixelQuality] })).toEqual([]);
  });

  it('count the decoder with a picture and the autoencoder’s weights', () => {
    const [line] = costLines(recordedLatent, 2, 'all');
    expect(line).toMatchObject({ parameters: 503_128, flopsPerPicture: 50 * 26e6 + 9e6, trainingFlops: 6e12, seconds: 200 });
  });

  it('have a leader only where no seed of the noise says otherwise', () => {
    expect(leadOf(spread(15, 1), spread(18, 1), true)).toBe('latent');
    expect(leadOf(spread(15, 2), spread(18, 2), true)).toBe('open');
    expect(leadOf(spread(0.7), spread(0.6), false)).toBe('latent');
    expect(leadOf(spread(0.5), spread(0.6), false)).toBe('pixels');
  });

  it('are compared in words, by both measures', () => {
    expect(duelAnswer(recordedLatent, 2)).toBe('the latent one, by Fréchet distance and by obedience');
    const obedient = { ...pixelQuality, ...obedience(18, 0.8, 1) };
    expect(duelAnswer({ ...recordedLatent, quality: [latentQuality, obedient] }, 2)).toBe(
      'the latent one by Fréchet distance, the one of pixels by obedience',
    );
    expect(duelAnswer({ ...recordedLatent, quality: [latentQuality] }, 2)).toBeNull();
    const [latent, equal] = costLines(recordedLatent, 2, 'all');
    expect(latent && equal && duelWords(latent, equal)).toContain(
      'Fréchet distance 15.0 in the latent, 18.0 in pixels, so the latent one is ahead',
    );
    expect(lookWords(recordedLatent)).toContain('in the latent takes 26 MFLOP, in pixels 36 MFLOP');
    expect(lookWords({ ...recordedLatent, quality: [] })).toBe('');
    expect(ceilingWords(recordedLatent)).toContain('score 8.2 and 87%');
  });
});

describe('the plane', () => {
  it('is walked there and back between screen and numbers', () => {
    expect(toPx({ x: 0, y: 0 }, 3, 480)).toEqual({ x: 240, y: 240 });
    expect(toPx({ x: -3, y: 3 }, 3, 480)).toEqual({ x: 0, y: 0 }); // up is up
    expect(fromPx(toPx({ x: 1.5, y: -0.75 }, 3, 480), 3, 480)).toEqual({ x: 1.5, y: -0.75 });
    expect(fromPx({ x: 900, y: -20 }, 3, 480)).toEqual({ x: 3, y: 3 });
    expect(within({ x: -8, y: 1 }, 3)).toEqual({ x: -3, y: 1 });
  });

  it('is walked by keys, with Shift faster, and never left', () => {
    const from = { x: 0, y: 0 };
    expect(keyStep('ArrowRight', false, from, 2)).toEqual({ x: 0.1, y: 0 });
    expect(keyStep('ArrowUp', true, from, 2)).toEqual({ x: 0, y: 0.5 });
    expect(keyStep('ArrowLeft', false, { x: -2, y: 0 }, 2)).toEqual({ x: -2, y: 0 });
    expect(keyStep('Home', false, { x: 1, y: 1 }, 2)).toEqual(from);
    expect(keyStep('Tab', false, from, 2)).toBeNull();
  });

  it('shows nearly all points', () => {
    const points = Array.from({ length: 200 }, (_, i) => ({ x: i === 0 ? 40 : (i % 5) / 2, y: 0 }));
    expect(reachOf(points)).toBe(2);
    expect(reachOf([])).toBe(3);
  });

  it('says who lives around', () => {
    const points = Array.from({ length: 30 }, (_, i) => ({ x: i, y: 0, label: i < 9 ? 4 : i < 11 ? 9 : 7 }));
    const around = aroundOf(points, { x: 0, y: 0 });
    expect(around).toEqual([
      { label: 4, count: 9 },
      { label: 9, count: 2 },
      { label: 7, count: 1 },
    ]);
    expect(aroundWords(around)).toBe('Of the 12 test digits nearest to here, 9 are 4s, 2 are 9s and 1 is a 7.');
    expect(aroundWords([])).toBe('');
  });

  it('is drawn whole, from the top left', () => {
    expect([...sheetOf(2, 2)]).toEqual([-1, 1, 1, 1, -1, -1, 1, -1]);
    const pictures = Float32Array.from({ length: 4 * 784 }, (_, i) => Math.floor(i / 784));
    const sheet = tiled(pictures, 2);
    expect([sheet[0], sheet[55], sheet[56 * 55], sheet[56 * 56 - 1]]).toEqual([0, 1, 2, 3]);
  });
});

describe('training', () => {
  it('is a line of means over stretches that grow', () => {
    const history = Array.from({ length: 1000 }, (_, i) => ({ step: i + 1, measures: { mse: 1 } }));
    const course = courseOf(history);
    expect(course[0]).toEqual({ x: 1, y: 1 });
    expect(course.length).toBeLessThan(75);
    expect(course.every(({ y }) => y === 1)).toBe(true);
    expect(courseOf([{ step: 1, measures: { loss: 2 } }])).toEqual([]);
  });

  it('takes as long as its last steps did', () => {
    const history = Array.from({ length: 40 }, (_, i) => ({ step: i + 1, ms: i < 20 ? 900 : 50 }));
    expect(msLeft(history, 100)).toBe(60 * 50);
    expect(msLeft(history, 40)).toBeNull();
    expect(msLeft([], 40)).toBeNull();
  });
});
