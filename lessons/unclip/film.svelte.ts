/** What stands in the lesson's figures before anything is drawn here: fetched once for all of them. */
import type { Failure } from '$lib/base/errors';
import {
  parseRecordedUnclipFilm,
  type RecordedFigure,
  type RecordedRow,
  type RecordedUnclipFilm,
} from '$lib/data/recordedUnclipFilm';

export class RecordedPictures {
  film = $state.raw<RecordedUnclipFilm | null>(null);
  /** Why there is none. */
  failure = $state.raw<Failure | null>(null);

  /** Empty as long as nothing has arrived. */
  rows(figure: RecordedFigure): readonly RecordedRow[] {
    return this.film?.figures[figure] ?? [];
  }

  async load(address: string, signal: AbortSignal): Promise<void> {
    try {
      const response = await fetch(address, { signal });
      if (!response.ok) throw new Error(`status ${response.status}`);
      this.film = parseRecordedUnclipFilm(await response.json());
    } catch (thrown) {
      if (signal.aborted) return;
      const message = 'The recorded pictures did not arrive. Everything can still be drawn on your device.';
      this.failure = { code: 'data/fetch', message, detail: String(thrown) };
    }
  }
}
