/** What becomes of a caption that was typed, in words: what the network is told, what it does not know, what contradicts itself. */
import { parseCaption, type Description } from '$lib/data/captions/caption';
import type { Tokens } from '$lib/data/captions/tokenizer';
import { attributes, attributeWords, captionPlaces, digitWords, words, type Attribute } from '$lib/data/captions/vocabulary';

/** Words that are named one by one; of more, the rest is counted. */
const mostNamed = 5;

/** Captions to begin with; the last asks for nothing. */
export const examples: readonly string[] = [
  'a thick seven leaning right',
  'thin upright 4',
  'a broad bold zero',
  'narrow eight',
  '',
];

/** "A, B and C", or "A, B and 12 more". */
function named(all: readonly string[]): string {
  const quoted = all.slice(0, mostNamed).map((word) => `“${word}”`);
  const rest = all.length - quoted.length;
  if (rest > 0) return `${quoted.join(', ')} and ${rest.toLocaleString('en')} more`;
  return quoted.length < 2 ? (quoted[0] ?? '') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1) ?? ''}`;
}

/** What the reader should know before they draw; none where every word counts. */
export function noticesOf(text: string, tokens: Tokens): readonly string[] {
  const { unknown, leftOut } = tokens;
  const notices: string[] = [];
  if (tokens.words.length === 0) {
    notices.push(
      text.trim() === ''
        ? 'An empty caption: the network is told nothing, and draws whatever comes.'
        : 'There is no word in it that the network knows, so it is told nothing, and draws whatever comes.',
    );
  }
  if (unknown.length > 0) {
    notices.push(`Unknown to the network, and left out: ${named(unknown)}.`);
  }
  if (leftOut.length > 0) {
    notices.push(`The network reads ${captionPlaces} words. No place was left for ${named(leftOut)}.`);
  }
  for (const clash of clashesOf(tokens)) {
    notices.push(
      `${named(clash)} contradict each other. The network reads ${clash.length === 2 ? 'both' : 'all of them'}; the marks go by the last.`,
    );
  }
  return notices;
}

/** Words that say different things of the same matter. */
function clashesOf({ ids }: Tokens): readonly (readonly string[])[] {
  const said = new Map<string, Map<number, string>>();
  for (const id of ids) {
    const word = words[id];
    if (!word || word.meaning.of === 'nothing') continue;
    const value = word.meaning.of === 'digit' ? word.meaning.digit : word.meaning.bin;
    said.set(word.meaning.of, (said.get(word.meaning.of) ?? new Map<number, string>()).set(value, word.text));
  }
  return [...said.values()].filter(({ size }) => size > 1).map((each) => [...each.values()]);
}

/** What a word says about a picture: its matter, or nothing. */
export type Asked = 'class' | Attribute;
const askable: readonly Asked[] = ['class', ...attributes];

/** The matters that a description says something about. */
export function askedOf(description: Description): readonly Asked[] {
  return askable.filter((asked) => (asked === 'class' ? description.digit : description[asked]) !== null);
}

/** "seven", "leaning right"; empty for what is not said. */
export function wordFor(asked: Asked, value: number | null): string {
  if (value === null) return '';
  return (asked === 'class' ? digitWords[value]?.[0] : attributeWords[asked].at(value)?.[0]) ?? '';
}

/** The same words without what the network cannot read, for a heading: "thick seven", or "nothing". */
export function toldWords(tokens: Tokens): string {
  return tokens.words.length === 0 ? 'nothing' : `“${tokens.words.join(' ')}”`;
}

/** For several pictures of one caption. */
export function askedTimes(text: string, count: number): readonly Description[] {
  const description = parseCaption(text);
  return Array.from({ length: count }, () => description);
}
