import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { computeBaselines, parseBaselines } from '../../src/data/baselines';

describe('trivial predictors', () => {
  // Two pixels each: class 0 is black-black and black-white, class 1 is white-white twice.
  const images = Uint8Array.of(0, 0, 0, 255, 255, 255, 255, 255);
  const found = computeBaselines(images, Uint8Array.of(0, 0, 1, 1));

  it('answering mid-grey costs the mean square', () => {
    expect(found.aboutZero).toBeCloseTo(1, 12);
  });

  it('answering the average picture costs the variance about it', () => {
    // First pixel −1, −1, 1, 1: mean 0, variance 1. Second −1, 1, 1, 1: mean ½, variance ¾.
    expect(found.aboutMean).toBeCloseTo((1 + 0.75) / 2, 12);
  });

  it('answering the average of the class costs the variance within classes', () => {
    // Only the second pixel of class 0 varies: variance 1 in half of the pictures and half of the pixels.
    expect(found.aboutClassMeans).toBeCloseTo(0.25, 12);
  });

  it('gives mean and deviation of all pixels', () => {
    expect(found.mean).toBeCloseTo(0.25, 12);
    expect(found.std).toBeCloseTo(Math.sqrt(1 - 0.25 ** 2), 12);
  });

  it('refuses labels that belong to other pictures', () => {
    expect(() => computeBaselines(images, Uint8Array.of(0, 1, 1))).toThrow('not 3 pictures');
    expect(() => computeBaselines(images, Uint8Array.of(0, 0, 1, 12))).toThrow('labelled 12');
  });
});

describe('the recorded baselines', () => {
  const recorded: unknown = JSON.parse(readFileSync(new URL('../../public/recorded/baselines.json', import.meta.url), 'utf8'));

  it('are those of the whole training set, each predictor better than the one before', () => {
    const { images, aboutZero, aboutMean, aboutClassMeans } = parseBaselines(recorded);
    expect(images).toBe(60_000);
    expect(aboutMean).toBeLessThan(aboutZero);
    expect(aboutClassMeans).toBeLessThan(aboutMean);
  });

  it('are refused when a number is missing', () => {
    expect(() => parseBaselines({ ...(recorded as object), aboutMean: null })).toThrow('aboutMean');
  });
});
