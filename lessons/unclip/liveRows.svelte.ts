/** Rows of pictures whose embeddings have to be asked for first: from words, from pictures, or from the prior. Recorded until they are drawn here. */
import { toFailure, type Failure } from '$lib/base/errors';
import type { RecordedRow } from '$lib/data/recordedUnclipFilm';
import type { Session } from '$lib/state/session.svelte';
import { VariantRows, type Variant } from '../conditioning/variants.svelte';
import { drawnRow, recordedRow, type ShownRow } from './shownRows';

export class LiveRows {
  readonly #live = new VariantRows();
  /** The embeddings are on their way. */
  preparing = $state(false);
  /** Something is drawn here, or is being drawn. */
  isLive = $state(false);
  #failure = $state.raw<Failure | null>(null);
  readonly busy: boolean = $derived(this.preparing || this.#live.busy);
  readonly failure: Failure | null = $derived(this.#failure ?? this.#live.failure);
  readonly progress = $derived(this.#live.progress);
  readonly #recorded: () => readonly RecordedRow[];
  readonly rows: readonly ShownRow[] = $derived.by(() =>
    this.isLive ? Object.values(this.#live.drawn).map(drawnRow) : this.#recorded().map(recordedRow),
  );
  #stop: AbortController | null = null;

  /** @param recorded what stands there at first */
  constructor(recorded: () => readonly RecordedRow[]) {
    this.#recorded = recorded;
  }

  /**
   * @param onbegin the pictures that stood there go, and new ones come: until then, what is said of them is still so
   * @returns whether all rows were drawn
   */
  async run(
    session: Session,
    prepare: (signal: AbortSignal) => Promise<readonly Variant[]>,
    onbegin?: () => void,
  ): Promise<boolean> {
    this.cancel();
    const stop = new AbortController();
    this.#stop = stop;
    this.#failure = null;
    this.preparing = true;
    try {
      const variants = await prepare(stop.signal);
      if (this.#stop !== stop) return false;
      this.preparing = false;
      this.isLive = true;
      onbegin?.();
      return await this.#live.run(session, variants);
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (this.#stop === stop && failure.code !== 'request/cancelled') this.#failure = failure;
      return false;
    } finally {
      if (this.#stop === stop) this.preparing = false;
    }
  }

  cancel(): void {
    this.#stop?.abort();
    this.#stop = null;
    this.preparing = false;
    this.#live.cancel();
  }
}
