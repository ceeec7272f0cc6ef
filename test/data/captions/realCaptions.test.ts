/** What captions say of the real training digits. */
import { beforeAll, expect, test } from 'vitest';
import { fileFetch, publicUrl } from '../../../scripts/fileFetch';
import { captionBins } from '../../../scripts/captionBins';
import { createRng } from '../../../src/base/rng';
import { fillBatch } from '../../../src/data/batches';
import { measureAttributes, attributes, type Attribute } from '../../../src/data/captions/attributes';
import { captionTokens, describeDigit } from '../../../src/data/captions/batchCaptions';
import { binsOf } from '../../../src/data/captions/bins';
import { parseCaption } from '../../../src/data/captions/caption';
import { edges } from '../../../src/data/captions/edges';
import { promptsOf } from '../../../src/data/captions/prompts';
import { wordOf, words } from '../../../src/data/captions/vocabulary';
import { createMnist, type MnistStore } from '../../../src/data/mnist';
import { halveSide, toSigned } from '../../../src/data/pixels';
import { enlarge } from '../../../src/data/resize';

const size = 28 * 28;
let real: MnistStore;
let measured: readonly Record<Attribute, number>[];
let binned: readonly ReturnType<typeof binsOf>[];
const count = 60_000;

beforeAll(async () => {
  real = createMnist({ baseUrl: publicUrl, fetch: fileFetch });
  await real.loadRest();
  measured = Array.from({ length: count }, (_, i) => measureAttributes(toSigned(real.image(i))));
  binned = measured.map((values, i) => binsOf(values, real.label(i)));
}, 240_000); // ten seconds on a machine that does nothing else

test.each(attributes)('each bin of %s has a third of the digits', (attribute) => {
  for (const bin of [0, 1, 2]) {
    const share = binned.filter((each) => each[attribute] === bin).length / count;
    expect(share).toBeCloseTo(1 / 3, 2);
  }
});

test('267 of the 270 combinations of class, slant, thickness and width occur', () => {
  const found = new Set(binned.map(({ slant, thickness, width }, i) => `${real.label(i)} ${slant} ${thickness} ${width}`));
  expect(found.size).toBe(267);
});

test('the committed edges are the thirds of the training digits', () => {
  const text = captionBins({ store: real, count: 3000 }, 'a test');
  expect(text).toMatch(/^\/\/ Thirds of 3000 training digits/);
  const thickness = /thickness: \[([\d.]+), ([\d.]+)\]/.exec(text);
  // Of the first 3,000 digits, about what they are of all.
  expect(Number(thickness?.[1])).toBeCloseTo(edges.thickness[0], 1);
  expect(Number(thickness?.[2])).toBeCloseTo(edges.thickness[1], 1);
});

/** Shares of 2,000 digits that stay in their bins when their pixels are changed. */
function kept(change: (pixels: Float32Array, i: number) => Float32Array): Record<Attribute, number> {
  const some = Array.from({ length: 2000 }, (_, i) => i * 30);
  const after = some.map((i) => describeDigit(change(toSigned(real.image(i)), i), real.label(i)));
  const share = (attribute: Attribute): number =>
    some.filter((i, k) => after[k]?.[attribute] === binned[i]?.[attribute]).length / some.length;
  return { slant: share('slant'), thickness: share('thickness'), width: share('width') };
}

test('a digit shifted by a pixel keeps its bins', () => {
  const shares = kept((pixels) => Float32Array.from(pixels, (_, i) => (i % 28 === 0 ? -1 : (pixels[i - 1] ?? -1))));
  for (const attribute of attributes) expect(shares[attribute]).toBeGreaterThan(0.998);
});

test('a little noise moves few bins; half the resolution moves thickness most', () => {
  const rng = createRng(0);
  const noisy = kept((pixels) => pixels.map((x) => x + 0.1 * rng.normal()));
  for (const attribute of attributes) expect(noisy[attribute]).toBeGreaterThan(0.97);
  const halved = kept((pixels) => enlarge(halveSide(pixels, 28), 14, 28));
  expect(halved.slant).toBeGreaterThan(0.9);
  expect(halved.thickness).toBeLessThan(0.6);
});

test('captions of a batch say what is measured, each part three times in four, and depend on the seed alone', () => {
  const { x0, labels } = fillBatch(
    real,
    Uint32Array.from({ length: 1000 }, (_, i) => i),
  );
  const tokens = captionTokens({ x0, labels, rng: createRng(1), mention: 0.75 });
  expect(tokens).toEqual(captionTokens({ x0, labels, rng: createRng(1), mention: 0.75 }));
  const said = { digit: 0, slant: 0, thickness: 0, width: 0 };
  labels.forEach((digit, i) => {
    const caption = [...tokens.subarray(i * 8, (i + 1) * 8)].map(wordOf).join(' ');
    const truth = describeDigit(x0.subarray(i * size, (i + 1) * size), digit);
    const told = parseCaption(caption);
    for (const part of ['digit', ...attributes] as const) {
      if (told[part] === null) continue;
      said[part] += 1;
      expect(told[part]).toBe(truth[part]);
    }
  });
  for (const times of Object.values(said)) expect(times / 1000).toBeCloseTo(0.75, 1);
  expect(new Set(tokens).size).toBe(words.length); // every word is used, the empty place included
});

test('so many captions say everything as are to, and the rest what they happen to mention', () => {
  const { x0, labels } = fillBatch(
    real,
    Uint32Array.from({ length: 1000 }, (_, i) => i),
  );
  const wholeShare = (whole: number): number => {
    const tokens = captionTokens({ x0, labels, rng: createRng(1), whole, mention: 0.5 });
    const told = Array.from(labels, (_, i) =>
      parseCaption([...tokens.subarray(i * 8, (i + 1) * 8)].map((id) => wordOf(id)).join(' ')),
    );
    return told.filter((said) => Object.values(said).every((part) => part !== null)).length / labels.length;
  };
  expect(wholeShare(1)).toBe(1);
  expect(wholeShare(0.8)).toBeCloseTo(0.8 + 0.2 / 16, 1);
  expect(wholeShare(0)).toBeCloseTo(1 / 16, 1);
});

test('prompts are whole captions of training digits, the same every time, of every class', () => {
  const prompts = promptsOf(500, real);
  expect(prompts).toHaveLength(500);
  expect(prompts).toEqual(promptsOf(500, real));
  for (const { index, digit, description, caption } of prompts) {
    expect(real.label(index)).toBe(digit);
    expect(parseCaption(caption)).toEqual(description);
    expect(description).toEqual({ digit, ...binned[index] });
  }
  expect(new Set(prompts.map(({ digit }) => digit)).size).toBe(10);
  // Two groups of writers take turns in MNIST: both are there, and so are thin and thick digits.
  expect(prompts.filter(({ index }) => index % 2 === 0)).toHaveLength(250);
  for (const bin of [0, 1, 2]) {
    expect(prompts.filter(({ description }) => description.thickness === bin).length / 500).toBeCloseTo(1 / 3, 1);
  }
  expect(() => promptsOf(60_001, real)).toThrow('There are no 60001 prompts in 60000 digits.');
});
