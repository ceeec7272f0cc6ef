/** From what is known of a digit to a short English caption, and back. */
import type { Rng } from '../../base/rng';
import { tokenize } from './tokenizer';
import { articleWord, attributes, attributeWords, digitWord, digitWords, words, type Attribute, type Bin } from './vocabulary';

/** null: not said. */
export type Description = { readonly digit: number | null } & Readonly<Record<Attribute, Bin | null>>;

export const nothingSaid: Description = { digit: null, slant: null, thickness: null, width: null };

/** How often a caption begins with an article … */
const articleShare = 0.5;
/** … and calls a seven “digit seven”. */
const digitWordShare = 0.2;

/**
 * A caption with random synonyms in random order: “a thick seven leaning right”, “thin upright 4”. At most six tokens.
 * @returns “digit”, with or without an article, when nothing is said
 */
export function composeCaption(description: Description, rng: Rng): string {
  const noun = nounOf(description.digit, rng);
  const said = attributes.filter((attribute) => description[attribute] !== null);
  const order = [...rng.permutation(said.length + 1)];
  const nounPlace = order.indexOf(said.length);
  const parts = order.map((which, place) => {
    const attribute = said[which];
    const bin = attribute && description[attribute];
    if (attribute === undefined || bin === null || bin === undefined) return noun;
    return phraseOf(attribute, bin, rng, place > nounPlace);
  });
  return rng.uniform() < articleShare ? withArticle(parts.join(' ')) : parts.join(' ');
}

/** The same words in the same order every time: “a thick wide seven leaning right”, “a thin average upright four”. */
export function plainCaption(description: Description): string {
  const first = (attribute: Attribute): readonly string[] => {
    const bin = description[attribute];
    return bin === null ? [] : [attributeWords[attribute][bin]?.[0] ?? ''];
  };
  const noun = (description.digit === null ? undefined : digitWords[description.digit]?.[0]) ?? digitWord;
  const isLeaning = description.slant === 0 || description.slant === 2;
  const before = [...first('thickness'), ...first('width'), ...(isLeaning ? [] : first('slant'))];
  return withArticle([...before, noun, ...(isLeaning ? first('slant') : [])].join(' '));
}

/** What the network is asked for: of the words that find a place, where two contradict each other, the later. */
export function parseCaption(text: string): Description {
  const described: { digit: number | null } & Record<Attribute, Bin | null> = { ...nothingSaid };
  for (const id of tokenize(text).ids) {
    const meaning = words[id]?.meaning;
    if (!meaning || meaning.of === 'nothing') continue;
    if (meaning.of === 'digit') described.digit = meaning.digit;
    else described[meaning.of] = meaning.bin;
  }
  return described;
}

function nounOf(digit: number | null, rng: Rng): string {
  if (digit === null) return digitWord;
  const word = digitWords[digit]?.[rng.int(2)] ?? digitWord;
  return rng.uniform() < digitWordShare ? `${digitWord} ${word}` : word;
}

/** “a left-leaning four”, but “a four leaning left”. */
function phraseOf(attribute: Attribute, bin: Bin, rng: Rng, isBehind: boolean): string {
  const [first, second] = attributeWords[attribute][bin] ?? ['', ''];
  if (first.includes(' ')) return isBehind ? first : second;
  return rng.int(2) === 0 ? first : second;
}

/** “an upright eight”: the tokenizer reads “an” as “a”. */
function withArticle(caption: string): string {
  return `${/^[aeiu8]/.test(caption) ? 'an' : articleWord} ${caption}`;
}
