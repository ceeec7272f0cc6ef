/** The same ten noises and digits, walked down by two experts in several arrangements. */
import { arrangements, type Arrangement } from '$lib/data/recordedExperts';
import type { Source } from '$lib/worker/protocol';
import { arrangementSource, handOverAt } from './arrangements';
import { digits, DigitRows, type DrawsAndJudges, type RowSettings } from './digitRows.svelte';

/** An arrangement, or both experts with another hand-over. */
export type RowId = Arrangement | 'border';
export const rowIds: readonly RowId[] = [...arrangements, 'border'];

export interface SwapSettings extends RowSettings {
  /** Where the last row hands over. */
  readonly border: number;
}

export class Swap extends DigitRows<RowId> {
  /** What the rows were drawn with. */
  drawn = $state.raw<SwapSettings | null>(null);
  /** For whoever does not see the rows. */
  said = $state('');

  async draw(session: DrawsAndJudges, settings: SwapSettings, wanted: readonly RowId[] = rowIds): Promise<void> {
    this.drawn = settings;
    this.said = 'Drawing.';
    const asks = wanted.map((id) => ({ id, source: sourceOf(id, settings.border) }));
    const done = await this.run(session, asks, settings);
    if (!this.busy) this.said = done ? this.words : 'Stopped.';
  }

  get words(): string {
    const counted = rowIds.flatMap((id) => {
      const right = this.right(id);
      return right === null ? [] : [`${id === 'border' ? 'hand-over moved' : id}: ${right} of ${digits}`];
    });
    return counted.length === 0 ? 'Not drawn yet.' : `Judged to be the digit that was asked for: ${counted.join('; ')}.`;
  }
}

function sourceOf(id: RowId, border: number): Source {
  return id === 'border' ? handOverAt(border) : arrangementSource(id);
}
