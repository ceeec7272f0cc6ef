import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors';
import { createRng } from '../../src/base/rng';
import { decodeFilms, encodeFilms, type FilmFrame, type RecordedFilms } from '../../src/data/recordedFilm';

const rng = createRng(11, 'recorded film');
const pixels = 784;
const alphaBar = 0.36;

function frame(): FilmFrame {
  const x0 = rng.normals(pixels).map((value) => Math.tanh(value));
  const eps = rng.normals(pixels);
  const xt = x0.map((value, i) => Math.sqrt(alphaBar) * value + Math.sqrt(1 - alphaBar) * (eps[i] ?? 0));
  return { t: 600, alphaBar, nfe: 2, xt, x0, eps, noise: rng.normals(pixels) };
}

const recorded: RecordedFilms = {
  command: 'npx tsx scripts/pretrain.ts',
  trainedSteps: 1000,
  films: [
    {
      settings: {
        sampler: 'ddpm',
        samplerParams: { variance: 'small' },
        steps: 2,
        spacing: 'trailing',
        guidanceScale: 1.5,
        clip: true,
        seed: 7,
        labels: [3, null],
      },
      frames: [frame(), { t: 0, alphaBar: 1, nfe: 4, xt: rng.normals(pixels), x0: null, eps: null, noise: null }],
    },
  ],
};

function largestDifference(a: Float32Array | null | undefined, b: Float32Array | null | undefined): number {
  expect(a?.length).toBe(b?.length);
  return Math.max(...Array.from(a ?? [], (value, i) => Math.abs(value - (b?.[i] ?? NaN))));
}

describe('a recorded film', () => {
  const decoded = decodeFilms(encodeFilms(recorded));
  const [before, after] = [recorded.films[0]?.frames[0], decoded.films[0]?.frames[0]];

  it('keeps how it was made', () => {
    expect(decoded.command).toBe(recorded.command);
    expect(decoded.trainedSteps).toBe(1000);
    expect(decoded.films[0]?.settings).toEqual(recorded.films[0]?.settings);
  });

  it('keeps pictures to within half a unit of fixed point', () => {
    expect(largestDifference(after?.xt, before?.xt)).toBeLessThanOrEqual(1 / 8192 + 1e-6);
    expect(largestDifference(after?.x0, before?.x0)).toBeLessThanOrEqual(1 / 8192 + 1e-6);
    expect(largestDifference(after?.noise, before?.noise)).toBeLessThanOrEqual(1 / 8192 + 1e-6);
  });

  it('keeps them to within half of a coarser unit in half the room, without the fresh noise', () => {
    const text = encodeFilms(recorded, 8);
    expect(text.length).toBeLessThan(0.45 * encodeFilms(recorded).length);
    const [coarse] = decodeFilms(text).films[0]?.frames ?? [];
    expect(largestDifference(coarse?.xt, before?.xt)).toBeLessThanOrEqual(1 / 64 + 1e-6);
    expect(largestDifference(coarse?.x0, before?.x0)).toBeLessThanOrEqual(1 / 64 + 1e-6);
    expect(coarse?.noise).toBeNull();
  });

  it('reads files that do not say how many bits, which have 16, and refuses 12', () => {
    const { bits, ...file } = JSON.parse(encodeFilms(recorded)) as { bits: number };
    expect(bits).toBe(16);
    expect(decodeFilms(JSON.stringify(file)).films[0]?.frames[0]?.xt).toEqual(after?.xt);
    expect(() => decodeFilms(JSON.stringify({ ...file, bits: 12 }))).toThrow('neither 8 nor 16 bits');
  });

  it('derives ε̂ from xt and x̂0', () => {
    // Two errors of 1/8192, scaled by √ᾱ = 0.6 and 1, over √(1 − ᾱ) = 0.8.
    expect(largestDifference(after?.eps, before?.eps)).toBeLessThanOrEqual((1.6 / 8192 / 0.8) * 1.01);
  });

  it('leaves the finished picture without a prediction', () => {
    expect(decoded.films[0]?.frames[1]).toMatchObject({ t: 0, alphaBar: 1, nfe: 4, x0: null, eps: null, noise: null });
  });

  it('limits what does not fit', () => {
    const [film] = recorded.films;
    const wide = {
      ...recorded,
      films: film ? [{ ...film, frames: [{ ...frame(), xt: Float32Array.of(99, -99), x0: null, eps: null, noise: null }] }] : [],
    };
    expect(decodeFilms(encodeFilms(wide)).films[0]?.frames[0]?.xt).toEqual(Float32Array.of(32767 / 4096, -8));
  });
});

describe('a damaged film', () => {
  const text = encodeFilms(recorded);
  const failure = (damagedText: string): unknown => {
    try {
      decodeFilms(damagedText);
      return 'read';
    } catch (error) {
      return error instanceof AppError ? `${error.code}: ${error.message}` : error;
    }
  };

  it.each([
    ['not JSON', text.slice(0, -5), 'it is not JSON'],
    ['another format', text.replace('recorded-films/1', 'recorded-films/2'), 'its format'],
    ['a missing list', text.replace('"films":', '"reels":'), 'its films is no list'],
    ['a setting of the wrong type', text.replace('"seed":7', '"seed":"7"'), 'its seed is no number'],
    ['a picture that is not base64', text.replace(/"xt":"../, '"xt":"**'), 'not base64'],
    ['pictures of two sizes', text.replace(/"noise":"......../, '"noise":"'), 'numbers where xt has 784'],
  ])('%s is refused by name', (_, damagedText, message) => {
    expect(failure(damagedText)).toContain('data/format: ');
    expect(failure(damagedText)).toContain(message);
  });

  it('is not written with half a prediction', () => {
    const [film] = recorded.films;
    const half = { ...recorded, films: film ? [{ ...film, frames: [{ ...frame(), eps: null }] }] : [] };
    expect(() => encodeFilms(half)).toThrow('one half');
  });
});
