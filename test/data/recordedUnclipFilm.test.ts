/** The recorded chain is checked before it is shown: what is damaged is named. */
import { describe, expect, it } from 'vitest';
import { packLevels } from '../../src/data/recordedChain';
import { parseRecordedUnclipFilm } from '../../src/data/recordedUnclipFilm';

const count = 2;
const embedding = Array.from({ length: count * 32 }, (_, i) => i / 100);
const pixels = packLevels(new Uint8Array(count * 784).fill(255));

const example = {
  caption: 'a thick seven',
  text: embedding.slice(0, 32),
  prior: [
    { t: 1000, xt: embedding, x0: embedding },
    { t: 0, xt: embedding, x0: null },
  ],
  decoder: [
    { t: 1000, xt: pixels, x0: pixels },
    { t: 0, xt: pixels, x0: null },
  ],
  probabilities: Array.from({ length: count * 10 }, () => 0.1),
};
const row = {
  ...{ id: 'prior', title: 'With the prior', note: '', pixels, vector: embedding.slice(0, 32) },
  asked: [
    { digit: 7, slant: 2, thickness: null, width: 0 },
    { digit: null, slant: null, thickness: null, width: null },
  ],
  probabilities: example.probabilities,
};
const figures = { skip: [row], many: [], between: [], words: [], guided: [{ ...row, asked: [] }] };
const film = {
  command: 'npm run pretrain -- unclip-film',
  date: '2026-11-28',
  device: 'a test',
  decoderSteps: 1000,
  priorScale: 2,
  guidanceScale: 1.5,
  count,
  examples: [example],
  figures,
};

describe('the recorded chain', () => {
  it('is read as it was written', () => {
    const read = parseRecordedUnclipFilm(JSON.parse(JSON.stringify(film)));
    const [first] = read.examples;
    expect(first?.caption).toBe('a thick seven');
    expect(first?.prior[0]?.x0?.[1]).toBeCloseTo(0.01);
    expect(first?.decoder[0]?.xt[0]).toBe(255);
    expect(first?.decoder[1]?.x0).toBeNull();
  });

  it.each([
    ['text', { ...example, text: embedding }],
    ['xt', { ...example, decoder: [{ t: 0, xt: 'no base64!', x0: null }, example.decoder[1]] }],
    ['prior', { ...example, prior: example.prior.slice(1) }],
    ['probabilities', { ...example, probabilities: [Number.NaN] }],
  ])('names what is damaged: %s', (name, damaged) => {
    expect(() => parseRecordedUnclipFilm({ ...film, examples: [damaged] })).toThrowError(
      expect.objectContaining({ code: 'data/format', message: expect.stringContaining(name) as string }),
    );
  });

  it('has the rows of the figures, and what each picture was to be', () => {
    const read = parseRecordedUnclipFilm(JSON.parse(JSON.stringify(film)));
    expect(read.figures.skip[0]?.asked[0]).toEqual({ digit: 7, slant: 2, thickness: null, width: 0 });
    expect(read.figures.skip[0]?.pixels).toHaveLength(count * 784);
    expect(read.figures.guided[0]?.asked).toEqual([]);
  });

  it.each([
    ['slant', { ...row, asked: [{ ...row.asked[0], slant: 3 }, row.asked[1]] }],
    ['asked', { ...row, asked: row.asked.slice(1) }],
    ['vector', { ...row, vector: [] }],
  ])('names what is damaged in a row: %s', (name, damaged) => {
    expect(() => parseRecordedUnclipFilm({ ...film, figures: { ...figures, skip: [damaged] } })).toThrowError(
      expect.objectContaining({ code: 'data/format', message: expect.stringContaining(name) as string }),
    );
  });

  it('needs an example', () => {
    expect(() => parseRecordedUnclipFilm({ ...film, examples: [] })).toThrowError(/examples/);
  });
});
