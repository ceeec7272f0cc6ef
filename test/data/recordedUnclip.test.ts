import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { toBase64 } from '../../src/data/base64';
import { obedienceMeasures } from '../../src/data/recordedObedience';
import { parseRecordedUnclip } from '../../src/data/recordedUnclip';
import { decoderCheckpoints } from '../../src/training/decoderRecipes';

const spread = { min: 0.1, mean: 0.2, max: 0.3 };
const obedience = Object.fromEntries(obedienceMeasures.map((name) => [name, spread]));
const model = { name: 'prior', seed: 7, steps: 3000, trainingFlops: 1e12, seconds: 60, parameters: 437_280, bytes: 880_000 };
const row = { given: 'prior', priorScale: 2, decoderSteps: 500, guidanceScale: 1.5, ...obedience };
const file = {
  ...{ command: 'npm run pretrain -- unclip', date: '2026-01-01', device: 'a processor', sampler: 'ddim' },
  ...{ n: 500, noiseSeeds: 3, steps: 25, priorSteps: 25 },
  embedding: {
    testDigits: 10_000,
    among: 128,
    byStep: [{ step: 600, zeroShot: 0.98, rightPicture: 0.6, paired: 0.8, gap: 0.7 }],
  },
  similarity: {
    captions: ['a one', 'a two'],
    pictures: toBase64(new Uint8Array(2 * 784)),
    byStep: [{ step: 10, values: [1, 0.5, 0.5, 1] }],
  },
  projection: {
    mean: [0, 0, 0],
    axes: [[1, 0, 0], [0, 1, 0]], // prettier-ignore
    explained: [0.5, 0.2],
    examples: [{ caption: 'a one', label: 1, text: [0, 1], image: [1, 0], prior: [1, 1] }],
  },
  prior: [{ guidanceScale: 2, toPicture: 0.8, toCaption: 0.7, means: 0.99 }],
  real: obedience,
  rows: [row, { ...row, given: 'caption', priorScale: null }],
  models: [model],
};

test('a file is read as it was written, without what it does not know', () => {
  const written: unknown = JSON.parse(
    JSON.stringify({ ...file, rows: file.rows.map((each) => ({ ...each, other: 1 })), other: 1 }),
  );
  const { similarity, ...rest } = parseRecordedUnclip(written);
  const { similarity: expected, ...others } = file;
  expect(rest).toEqual(others);
  expect(similarity).toEqual({ ...expected, pictures: new Uint8Array(2 * 784) });
});

test.each([
  ['no number of pictures', { ...file, n: null }, 'n'],
  ['something else that the decoder is given', { ...file, rows: [{ ...row, given: 'noise' }] }, 'given'],
  ['a guidance that is text', { ...file, rows: [{ ...row, priorScale: '2' }] }, 'priorScale'],
  ['a measure without its mean', { ...file, rows: [{ ...row, fd: { min: 1, max: 2 } }] }, 'mean'],
  ['a matrix of another size', { ...file, similarity: { ...file.similarity, byStep: [{ step: 1, values: [1] }] } }, 'values'],
  ['too few pictures', { ...file, similarity: { ...file.similarity, pictures: toBase64(new Uint8Array(784)) } }, 'pictures'],
  ['an axis of another length', { ...file, projection: { ...file.projection, axes: [[1, 0, 0], [1]] } }, 'axes'],
  [
    'a point with one number',
    { ...file, projection: { ...file.projection, examples: [{ ...file.projection.examples[0], text: [1] }] } },
    'text',
  ],
  ['a web page', '<html>', 'command'],
])('%s is refused by name', (_, damaged, what) => {
  expect(() => parseRecordedUnclip(damaged)).toThrow(`unCLIP could not be read: ${what} is damaged`);
});

const path = new URL('../../public/recorded/unclip.json', import.meta.url);
describe.skipIf(!existsSync(path))('the recorded file', () => {
  const recorded = existsSync(path) ? parseRecordedUnclip(JSON.parse(readFileSync(path, 'utf8'))) : null;

  it('has the embedding at several steps, the last of them good', () => {
    const last = recorded?.embedding.byStep.at(-1);
    expect(recorded?.embedding.byStep.length).toBeGreaterThan(4);
    expect(last?.zeroShot).toBeGreaterThan(0.95);
    expect(recorded?.similarity.byStep.map(({ step }) => step)).toEqual(recorded?.embedding.byStep.map(({ step }) => step));
  });

  it('has the prior on and off for every decoder', () => {
    const waysOf = (decoderSteps: number, guidanceScale: number): readonly string[] =>
      (recorded?.rows ?? [])
        .filter((each) => each.decoderSteps === decoderSteps && each.guidanceScale === guidanceScale)
        .map(({ given, priorScale }) => `${given} ${priorScale}`);
    for (const steps of decoderCheckpoints) expect(waysOf(steps, 2)).toEqual(expect.arrayContaining(['prior 2', 'caption null']));
  });

  it('has points of captions, pictures and the prior, and the models', () => {
    expect(recorded?.projection.examples.length).toBeGreaterThan(100);
    expect(recorded?.models.map(({ name }) => name)).toEqual([
      'contrastive',
      'prior',
      'decoder@250',
      'decoder@500',
      'decoder@1000',
    ]);
  });
});
