/** What becomes of a caption that a reader types: what is said about it, and how a drawn picture is held against it. */
import { describe, expect, it } from 'vitest';
import { askedOf, askedTimes, noticesOf, toldWords, wordFor } from '../../lessons/conditioning/captionWords';
import { isAllRight, pictureVerdicts, tallyWords, verdictWords } from '../../lessons/conditioning/verdicts';
import { shownDigits } from '../../lessons/forward-process/shippedDigits';
import { describeDigit } from '../../src/data/captions/batchCaptions';
import { nothingSaid, parseCaption } from '../../src/data/captions/caption';
import { tokenize } from '../../src/data/captions/tokenizer';

const notices = (text: string): readonly string[] => noticesOf(text, tokenize(text));

describe('a caption', () => {
  it.each(['a thick seven leaning right', 'thin upright 4', 'Digit'])('“%s” needs no comment', (text) => {
    expect(notices(text)).toEqual([]);
  });

  it('may be empty, and then nothing is told', () => {
    for (const text of ['', '   ']) {
      expect(notices(text)).toEqual(['An empty caption: the network is told nothing, and draws whatever comes.']);
      expect(toldWords(tokenize(text))).toBe('nothing');
    }
  });

  it('has its unknown words named, and the rest is read', () => {
    expect(notices('a fluffy seven')).toEqual(['Unknown to the network, and left out: “fluffy”.']);
    expect(toldWords(tokenize('a fluffy seven'))).toBe('“a seven”');
    expect(notices('🦆 quack')).toEqual([
      'There is no word in it that the network knows, so it is told nothing, and draws whatever comes.',
      'Unknown to the network, and left out: “🦆” and “quack”.',
    ]);
  });

  it('of 500 words is read as far as there is room, and the notices stay short', () => {
    const long = Array.from({ length: 500 }, (_, i) => (i % 2 === 0 ? 'seven' : `word${i}`)).join(' ');
    const said = notices(long);
    expect(said).toHaveLength(2);
    expect(said[0]).toMatch(/“word9” and 245 more\.$/);
    expect(said[1]).toMatch(/^The network reads 8 words\. No place was left for .* and 237 more\.$/);
    for (const sentence of said) expect(sentence.length).toBeLessThan(200);
  });

  it('may hold a script tag, which is a word like any other unknown one', () => {
    expect(notices('<script>alert(1)</script> seven')[0]).toContain('<script>alert(1)</script>');
    expect(parseCaption('<script>alert(1)</script> seven').digit).toBe(7);
  });

  it('that contradicts itself is told so', () => {
    expect(notices('thin thick seven')).toEqual([
      '“thin” and “thick” contradict each other. The network reads both; the marks go by the last.',
    ]);
    expect(notices('seven 7')).toEqual([]);
    expect(notices('3 4 5')[0]).toMatch(/^“3”, “4” and “5” contradict each other\. The network reads all of them/);
  });

  it('asks for what it says', () => {
    expect(askedOf(parseCaption('a thick seven'))).toEqual(['class', 'thickness']);
    expect(askedOf(nothingSaid)).toEqual([]);
    expect([wordFor('class', 7), wordFor('slant', 2), wordFor('width', null)]).toEqual(['seven', 'leaning right', '']);
    expect(askedTimes('seven', 2)).toEqual([parseCaption('seven'), parseCaption('seven')]);
  });
});

describe('a picture', () => {
  const [digit] = shownDigits.filter(({ label }) => label === 7);
  if (!digit) throw new Error('there is no seven');
  const seven = describeDigit(digit.x0, 7);
  const chances = (class_: number): Float32Array => Float32Array.from({ length: 10 }, (_, i) => (i === class_ ? 0.91 : 0.01));

  it('that is all that was asked for says so', () => {
    const [verdict] = pictureVerdicts(digit.x0, chances(7), [seven]);
    if (!verdict) throw new Error('no verdict');
    expect(verdict).toMatchObject({ digit: 7 });
    expect(verdict.sure).toBeCloseTo(0.91);
    expect(isAllRight(verdict)).toBe(true);
    expect(verdictWords(verdict)).toBe('4 of 4 as asked');
    expect(tallyWords([verdict], seven)).toMatch(/^1 of 1 are all that was asked for \(seven 1, /);
  });

  it('that is something else says what, one matter at a time', () => {
    const other = { ...seven, slant: seven.slant === 0 ? 1 : 0 } as const;
    const [verdict] = pictureVerdicts(digit.x0, chances(1), [other]);
    if (!verdict) throw new Error('no verdict');
    expect(verdict.marks.map(({ asked, isRight }) => [asked, isRight])).toEqual([
      ['class', false],
      ['slant', false],
      ['thickness', true],
      ['width', true],
    ]);
    expect(isAllRight(verdict)).toBe(false);
    expect(verdictWords(verdict)).toBe(
      `2 of 4 as asked: one, not seven; ${wordFor('slant', seven.slant)}, not ${wordFor('slant', other.slant)}`,
    );
    expect(tallyWords([verdict], other)).toMatch(/^0 of 1 are/);
  });

  it('of which nothing was asked is described', () => {
    const [verdict] = pictureVerdicts(digit.x0, chances(7), [nothingSaid]);
    if (!verdict) throw new Error('no verdict');
    expect(verdict.marks).toEqual([]);
    expect(verdictWords(verdict)).toMatch(/^the judge sees seven; /);
    expect(tallyWords([verdict], nothingSaid)).toBeNull();
  });
});
