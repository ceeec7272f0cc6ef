/** A caption that the reader types, kept in the address like every other setting. */
import { replaceState } from '$app/navigation';
import { tokenize, type Tokens } from '$lib/data/captions/tokenizer';
import { addressWith, askedInAddress } from '../samplers/ownAddress';

/** Browsers take an address that changes with every key for an attack. */
const settledMs = 300;
/** An address is no place for a novel: what is longer is drawn, and not kept. */
const longestKept = 200;

export class CaptionText {
  text: string;
  readonly tokens: Tokens = $derived.by(() => tokenize(this.text));
  readonly #key: string;
  readonly #initial: string;
  #timer = 0;

  /** @param name of the setting in the address */
  constructor(name: string, initial: string) {
    this.#key = name;
    this.#initial = initial;
    this.text = $state(initial);
  }

  /** For onMount. @returns for when the page is left */
  read(): () => void {
    this.text = askedInAddress().get(this.#key) ?? this.#initial;
    return () => window.clearTimeout(this.#timer);
  }

  set(text: string): void {
    this.text = text;
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      replaceState(
        addressWith((settings) => {
          if (text === this.#initial || text.length > longestKept) settings.delete(this.#key);
          else settings.set(this.#key, text);
        }),
        {},
      );
    }, settledMs);
  }
}
