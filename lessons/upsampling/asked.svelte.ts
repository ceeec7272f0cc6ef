/** A question that comes before its answer: what answers it stays hidden until the reader has said what they expect, or asks to see. */
export class Asked {
  /** The reader's guess, once they have committed to it. */
  guess: number | null = $state(null);
  /** Without a script nothing can be asked, and then nothing is hidden. */
  #canAsk = $state(false);
  #isOpened = $state(false);

  readonly isHidden = $derived(this.#canAsk && this.guess === null && !this.#isOpened);

  /** For onMount: from now on there is somebody to ask. */
  begin(): void {
    this.#canAsk = true;
  }

  open(): void {
    this.#isOpened = true;
  }
}
