/** Maps of where a network looked: heads, words and moments are not mixed up, and a recorded film comes back as it was. */
import { describe, expect, it } from 'vitest';
import { layerWords, mapIn, shareByTime, shareOf, strongest, wordMap, type Look } from '../../lessons/conditioning/attention';
import { decodeCaptionFilm, encodeCaptionFilm, type RecordedCaptionFilm } from '../../src/data/recordedCaptionFilm';
import { overlay } from '../../src/draw/overlay';
import { expectError } from '../support/expectError';

/** Two pictures, two heads, 2 × 2 pixels, three words: every entry tells where it stands. */
const [count, heads, side, places] = [2, 2, 2, 3];
const valueAt = (picture: number, head: number, pixel: number, place: number): number =>
  (place === 0 ? 0.1 * (pixel + 1) : 0.01 * (place + 3 * head)) + 0.001 * picture;
const values = Float32Array.from({ length: count * heads * side ** 2 * places }, (_, i) =>
  valueAt(Math.floor(i / 24), Math.floor(i / 12) % 2, Math.floor(i / 3) % 4, i % 3),
);
const map = { layer: 'up.0.block', side, heads, places, values };
const look = (change: Partial<Look> = {}): Look => ({ layer: 'up.0.block', picture: 0, head: 0, ...change });
const rounded = (all: Iterable<number>): number[] => Array.from(all, (value) => Number(value.toFixed(4)));

describe('a map', () => {
  it('is one word’s, of one head or of their mean', () => {
    expect(rounded(wordMap(map, look(), 0))).toEqual([0.1, 0.2, 0.3, 0.4]);
    expect(rounded(wordMap(map, look({ picture: 1 }), 0))).toEqual([0.101, 0.201, 0.301, 0.401]);
    expect(rounded(wordMap(map, look({ head: 1 }), 2))).toEqual([0.05, 0.05, 0.05, 0.05]);
    expect(rounded(wordMap(map, look({ head: null }), 1))).toEqual([0.025, 0.025, 0.025, 0.025]);
    expect(shareOf(map, look(), 0)).toBeCloseTo(0.25);
  });

  it('is found by its block, where there is one', () => {
    expect(mapIn({ attention: [map] }, 'up.0.block')).toBe(map);
    for (const frame of [{ attention: [map] }, { attention: null }, null]) expect(mapIn(frame, 'mid.0')).toBeNull();
  });

  it('has a place in the network that can be said', () => {
    expect([layerWords('down.0.block', 14), layerWords('mid.1', 7), layerWords('up.0.block', 14)]).toEqual([
      '14 × 14, on the way in',
      '7 × 7, block 2',
      '14 × 14, on the way out',
    ]);
  });
});

describe('over a film', () => {
  const film = [
    { t: 8, attention: [map] },
    { t: 4, attention: [{ ...map, values: values.map((value) => value / 2) }] },
    { t: 0, attention: null },
  ];

  it('a word’s share runs straight between the moments, and ends where nobody was asked', () => {
    const shares = shareByTime(film, look(), 0, 9);
    expect(rounded(shares)).toEqual([NaN, NaN, NaN, NaN, 0.125, 0.1563, 0.1875, 0.2188, 0.25, NaN]);
  });

  it('the strongest look is of any pixel at any moment', () => {
    expect(strongest(film, look(), 0)).toBeCloseTo(0.4);
    expect(strongest(film, look({ layer: 'mid.0' }), 0)).toBe(0);
  });
});

describe('an overlay', () => {
  it('covers whole squares of pixels, and leaves the picture where there is no heat', () => {
    const picture = Float32Array.from({ length: 16 }, (_, i) => (i === 0 ? 1 : -1));
    const rgba = overlay(picture, 4, [0, 1, 0, 0], 2);
    const at = (pixel: number): number[] => Array.from(rgba.subarray(4 * pixel, 4 * pixel + 4));
    expect(at(0)).toEqual([255, 255, 255, 255]);
    expect(at(1)).toEqual([0, 0, 0, 255]);
    for (const pixel of [2, 3, 6, 7]) expect(at(pixel)).toEqual([217, 54, 136, 255]);
    expect(at(15)).toEqual([0, 0, 0, 255]);
  });
});

describe('a recorded film of a caption', () => {
  const settings = {
    sampler: 'ddim',
    samplerParams: {},
    steps: 1,
    spacing: 'trailing',
    guidanceScale: 2,
    clip: true,
    seed: 1,
    labels: [null],
  };
  const picture = Float32Array.from({ length: 784 }, (_, i) => (i % 3) - 1);
  const recorded: RecordedCaptionFilm = {
    command: 'a command',
    trainedSteps: 3000,
    caption: 'a seven',
    film: {
      settings,
      frames: [
        { t: 1000, alphaBar: 0.5, nfe: 0, xt: picture, x0: picture, eps: picture, noise: null },
        { t: 0, alphaBar: 1, nfe: 2, xt: picture, x0: null, eps: null, noise: null },
      ],
    },
    probabilities: Float32Array.of(0.25, 0.75),
    maps: [[{ layer: 'mid.0', side: 2, heads: 1, places: 2, values: Float32Array.of(0, 1, 0.2, 0.8, 0.6, 0.4, 1, 0) }]],
  };

  it('comes back as it was written', () => {
    const read = decodeCaptionFilm(encodeCaptionFilm(recorded));
    expect(read).toMatchObject({ command: 'a command', trainedSteps: 3000, caption: 'a seven' });
    expect(read.film.frames.map(({ t }) => t)).toEqual([1000, 0]);
    expect(Array.from(read.film.frames[1]?.xt ?? [])).toEqual(Array.from(picture));
    expect(Array.from(read.probabilities)).toEqual([0.25, 0.75]);
    expect(read.maps[0]?.[0]).toMatchObject({ layer: 'mid.0', side: 2, heads: 1, places: 2 });
    expect(rounded(read.maps[0]?.[0]?.values ?? [])).toEqual([0, 1, 0.2, 0.8, 0.6, 0.4, 1, 0]);
  });

  it.each([
    ['no JSON', (): string => '{'],
    ['another format', (text: string): string => text.replace('caption-film/1', 'film')],
    ['a map of another size', (text: string): string => text.replace('"places":2', '"places":3')],
    ['no caption', (text: string): string => text.replace('"a seven"', '7')],
  ])('with %s is refused', (_, damage) => {
    expectError(() => decodeCaptionFilm(damage(encodeCaptionFilm(recorded))), 'data/format');
  });
});
