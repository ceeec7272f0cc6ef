/**
 * The 40 words that captions are made of, and the empty place. A word of the vocabulary may be a phrase: “leaning right” says one thing and takes one place.
 * The order is part of every network that was trained on captions: an embedding's row k belongs to words[k].
 */

/** What is measured of a digit beside its class. */
export const attributes = ['slant', 'thickness', 'width'] as const;
export type Attribute = (typeof attributes)[number];

/** The lowest, the middle and the highest third of the training digits. */
export const bins = [0, 1, 2] as const;
export type Bin = (typeof bins)[number];

/** A place that nothing was written to. */
export const padId = 0;
/** Words that a network reads of a caption; the longest that is composed has six. */
export const captionPlaces = 8;

/** What a word says. An article and “digit” say nothing. */
export type Meaning =
  { readonly of: 'nothing' } | { readonly of: 'digit'; readonly digit: number } | { readonly of: Attribute; readonly bin: Bin };

export interface Word {
  /** As it is written in captions; a phrase's words are joined by a space or a hyphen. */
  readonly text: string;
  readonly meaning: Meaning;
}

/** [synonym], of each class. */
export const digitWords: readonly (readonly [string, string])[] = [
  ['zero', '0'],
  ['one', '1'],
  ['two', '2'],
  ['three', '3'],
  ['four', '4'],
  ['five', '5'],
  ['six', '6'],
  ['seven', '7'],
  ['eight', '8'],
  ['nine', '9'],
];

/** [bin][synonym]. Of a slant's two, the first stands behind the digit and the second before it, where they differ. */
export const attributeWords: Readonly<Record<Attribute, readonly (readonly [string, string])[]>> = {
  slant: [
    ['leaning left', 'left-leaning'],
    ['upright', 'straight'],
    ['leaning right', 'right-leaning'],
  ],
  thickness: [
    ['thin', 'fine'],
    ['medium', 'regular'],
    ['thick', 'bold'],
  ],
  width: [
    ['narrow', 'squeezed'],
    ['average', 'normal'],
    ['wide', 'broad'],
  ],
};

export const articleWord = 'a';
export const digitWord = 'digit';

/** Word k is what token k stands for; word 0 is the empty place. */
export const words: readonly Word[] = [
  ...['', articleWord, digitWord].map((text): Word => ({ text, meaning: { of: 'nothing' } })),
  ...digitWords.flatMap((synonyms, digit) => synonyms.map((text): Word => ({ text, meaning: { of: 'digit', digit } }))),
  ...attributes.flatMap((of) =>
    bins.flatMap((bin) => (attributeWords[of][bin] ?? []).map((text): Word => ({ text, meaning: { of, bin } }))),
  ),
];

/** Empty for the empty place and for what is no token. */
export function wordOf(id: number): string {
  return words[id]?.text ?? '';
}
