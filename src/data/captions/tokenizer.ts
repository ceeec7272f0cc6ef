/**
 * Text into the numbers of its words. A caption is what a reader types, so that anything may come: what is no word of the vocabulary is named
 * and left out, never guessed at, and never an error.
 */
import { captionPlaces, padId, words } from './vocabulary';

export interface Tokens {
  /** [8], padded with 0 */
  readonly ids: Int32Array;
  /** The words behind the ids, in their places. */
  readonly words: readonly string[];
  /** What is no word of the vocabulary, as it was typed; each once, long ones cut short. */
  readonly unknown: readonly string[];
  /** Words of the vocabulary for which there was no place left. */
  readonly leftOut: readonly string[];
}

/** Letters of an unknown word that are told again. */
const toldLetters = 40;

/** A word of the text: as it is looked up, and as it was typed. */
interface Piece {
  readonly plain: string;
  readonly typed: string;
}

/** Other ways to write a word. */
const spellings: ReadonlyMap<string, string> = new Map([['an', 'a']]);

/** Case, full-width letters and punctuation around a word do not matter; “left leaning” is “left-leaning”. */
export function tokenize(text: string): Tokens {
  const pieces = piecesOf(text);
  const found: number[] = [];
  const unknown = new Set<string>();
  for (let i = 0; i < pieces.length;) {
    const match = longestMatch(pieces, i);
    if (match) found.push(match.id);
    else unknown.add(cut(pieces[i]?.typed ?? ''));
    i += match?.length ?? 1;
  }
  const ids = new Int32Array(captionPlaces).fill(padId);
  ids.set(found.slice(0, captionPlaces));
  const written = found.map((id) => words[id]?.text ?? '');
  return { ids, words: written.slice(0, captionPlaces), unknown: [...unknown], leftOut: written.slice(captionPlaces) };
}

/** By the words of a phrase, joined by spaces. */
const idsByPhrase: ReadonlyMap<string, number> = new Map(
  words.flatMap(({ text }, id) => (id === padId ? [] : [[text.replaceAll('-', ' '), id] as const])),
);
const longestPhrase = Math.max(...[...idsByPhrase.keys()].map((phrase) => phrase.split(' ').length));

function longestMatch(pieces: readonly Piece[], from: number): { readonly id: number; readonly length: number } | null {
  for (let length = Math.min(longestPhrase, pieces.length - from); length > 0; length -= 1) {
    const phrase = pieces.slice(from, from + length).map(({ plain }) => plain);
    const id = idsByPhrase.get(phrase.join(' '));
    if (id !== undefined) return { id, length };
  }
  return null;
}

/** Cut at spaces and commas; at hyphens too, where every part is a plain word. A piece of punctuation alone says nothing. */
function piecesOf(text: string): readonly Piece[] {
  return text
    .split(/[\s,;]+/u)
    .map((typed) =>
      typed.replace(/^[\p{P}\u200b-\u200f\ufeff]+(?=[\p{L}\p{N}])|(?<=[\p{L}\p{N}])[\p{P}\u200b-\u200f\ufeff]+$/gu, ''),
    )
    .filter((typed) => /[^\p{P}\p{C}\p{Z}]/u.test(typed))
    .flatMap((typed) => {
      const parts = typed
        .normalize('NFKC')
        .toLowerCase()
        .split(/[-\u2010\u2011]/u);
      const isPlain = parts.every((part) => /^[\p{L}\p{N}]+$/u.test(part));
      if (!isPlain) return [{ plain: typed, typed }];
      return parts.map((part) => ({ plain: spellings.get(part) ?? part, typed: parts.length === 1 ? typed : part }));
    });
}

function cut(word: string): string {
  const letters = [...word];
  return letters.length > toldLetters ? `${letters.slice(0, toldLetters).join('')}…` : word;
}
