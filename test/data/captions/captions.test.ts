import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRng } from '../../../src/base/rng';
import { composeCaption, nothingSaid, parseCaption, plainCaption, type Description } from '../../../src/data/captions/caption';
import { tokenize } from '../../../src/data/captions/tokenizer';
import { bins, captionPlaces, padId, wordOf, words } from '../../../src/data/captions/vocabulary';
import { holds } from '../../support/property';

const maybeBin = fc.option(fc.constantFrom(...bins));
const descriptions: fc.Arbitrary<Description> = fc.record({
  digit: fc.option(fc.integer({ min: 0, max: 9 })),
  slant: maybeBin,
  thickness: maybeBin,
  width: maybeBin,
});

test('the vocabulary has 41 words, all different, the first of them the empty place', () => {
  expect(words).toHaveLength(41);
  expect(new Set(words.map(({ text }) => text)).size).toBe(41);
  expect(wordOf(padId)).toBe('');
});

test('every composed caption says what it was made from, in known words, and finds its places', () => {
  holds(
    fc.property(descriptions, fc.nat(), (description, seed) => {
      const caption = composeCaption(description, createRng(seed));
      expect(parseCaption(caption)).toEqual(description);
      const { unknown, leftOut } = tokenize(caption);
      expect([...unknown, ...leftOut]).toEqual([]);
    }),
    500,
  );
});

test('so does every plain caption, which is the same each time', () => {
  holds(
    fc.property(descriptions, (description) => {
      expect(parseCaption(plainCaption(description))).toEqual(description);
    }),
  );
  expect(plainCaption({ digit: 7, slant: 2, thickness: 2, width: 2 })).toBe('a thick wide seven leaning right');
  expect(plainCaption({ digit: 4, slant: 1, thickness: null, width: null })).toBe('an upright four');
  expect(plainCaption({ digit: 8, slant: null, thickness: null, width: null })).toBe('an eight');
  expect(plainCaption(nothingSaid)).toBe('a digit');
});

test('captions vary: of one description there are many, every synonym among them', () => {
  const rng = createRng(3);
  const made = Array.from({ length: 400 }, () => composeCaption({ digit: 7, slant: 2, thickness: 0, width: 1 }, rng));
  expect(new Set(made).size).toBeGreaterThan(100);
  const used = new Set(made.flatMap((caption) => tokenize(caption).words));
  for (const word of ['7', 'seven', 'thin', 'fine', 'average', 'normal', 'leaning right', 'right-leaning', 'a', 'digit'])
    expect(used).toContain(word);
});

test('case, punctuation and numerals do not matter', () => {
  const plain = tokenize('a thick seven leaning right');
  expect([...tokenize('A  Thick, SEVEN leaning-right!').ids]).toEqual([...plain.ids]);
  expect([...tokenize('“a thick seven” (leaning right).').ids]).toEqual([...plain.ids]);
  expect(plain.words).toEqual(['a', 'thick', 'seven', 'leaning right']);
  expect(parseCaption('thick 7')).toEqual(parseCaption('thick seven'));
  expect(parseCaption('thick ７')).toEqual(parseCaption('thick seven'));
  expect(tokenize('an eight').words).toEqual(['a', 'eight']);
  expect(tokenize('right leaning 3').words).toEqual(['right-leaning', '3']);
});

test('the later of two words that contradict each other is what is asked for', () => {
  expect(parseCaption('a thin 3, thick 8')).toEqual({ ...nothingSaid, digit: 8, thickness: 2 });
});

test.each(['', '   ', '…', '\n\t', '- , .'])('an empty caption (%j) is eight empty places and nothing unknown', (text) => {
  expect(tokenize(text)).toEqual({ ids: new Int32Array(captionPlaces), words: [], unknown: [], leftOut: [] });
  expect(parseCaption(text)).toEqual(nothingSaid);
});

test('unknown words are named once, as they were typed, and change nothing else', () => {
  const { words: known, unknown } = tokenize('a Purple thick purple-ish seven, Purple');
  expect(known).toEqual(['a', 'thick', 'seven']);
  expect(unknown).toEqual(['Purple', 'purple', 'ish']);
  expect(tokenize('7.5 12 leaning').unknown).toEqual(['7.5', '12', 'leaning']);
});

test('an emoji is an unknown word', () => {
  expect(tokenize('a thick 7 😀')).toMatchObject({ words: ['a', 'thick', '7'], unknown: ['😀'] });
  expect(tokenize('👩‍👩‍👧').unknown).toEqual(['👩‍👩‍👧']);
  expect(parseCaption('7️⃣').digit).toBeNull();
});

test('a script tag is an unknown word: the number inside it is not read', () => {
  const tag = '<script>alert(1)</script>';
  expect(tokenize(`thin ${tag} 4`)).toMatchObject({ words: ['thin', '4'], unknown: [tag] });
  expect(parseCaption(tag)).toEqual(nothingSaid);
});

test('of five hundred words the first eight known ones are read, and the others are told', () => {
  const long = Array.from({ length: 500 }, (_, i) => (i % 2 === 0 ? 'thick' : `w${i}`)).join(' ');
  const { words: read, leftOut, unknown } = tokenize(long);
  expect(read).toEqual(new Array(captionPlaces).fill('thick'));
  expect(leftOut).toHaveLength(250 - captionPlaces);
  expect(unknown).toHaveLength(250);
});

test('whatever is typed becomes eight tokens of the vocabulary', () => {
  holds(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const { ids, words: read } = tokenize(text);
      expect(ids).toHaveLength(captionPlaces);
      expect([...ids].every((id) => id >= 0 && id < words.length)).toBe(true);
      expect(read).toEqual([...ids].filter((id) => id !== padId).map(wordOf));
    }),
    300,
  );
});
