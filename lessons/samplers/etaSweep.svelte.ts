/** A few noises drawn by DDIM with η from 0 to 1, and by DDPM: a column each. */
import type { Failure } from '$lib/base/errors';
import { Drawing } from '../reverse-process/drawing.svelte';
import { largestDifference } from './agreement';
import type { LaneSettings } from './lanes';
import type { Studio } from './studio.svelte';

export const sweepSteps = 20;
export const sweepDigits: readonly number[] = [2, 3, 5, 8];
const etas = [0, 0.25, 0.5, 0.75, 1] as const;
const common = { steps: sweepSteps, spacing: 'trailing' } as const;

export interface Column extends LaneSettings {
  readonly title: string;
}

export const columns: readonly Column[] = [
  ...etas.map((eta) => ({ ...common, sampler: 'ddim', params: { eta }, title: `η = ${eta}` })),
  { ...common, sampler: 'ddpm', params: { variance: 'small' }, title: 'DDPM' },
];

export class EtaSweep {
  readonly studio: Studio;
  /** By column: [sweepDigits.length · pixels]; null while not drawn. */
  pictures = $state.raw<readonly (Float32Array | null)[]>(columns.map(() => null));
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  readonly drawing = new Drawing();
  #turn = 0;

  /** Between DDIM with η = 1 and DDPM, over all pixels; null until both are drawn. */
  readonly difference: number | null = $derived.by(() => {
    const [ddim, ddpm] = this.pictures.slice(-2);
    return ddim && ddpm ? largestDifference(ddim, ddpm) : null;
  });

  constructor(studio: Studio) {
    this.studio = studio;
  }

  async run(): Promise<void> {
    const { studio } = this;
    const mine = (this.#turn += 1);
    this.busy = true;
    this.failure = null;
    this.pictures = columns.map(() => null);
    const labels = sweepDigits.map((digit) => (studio.takesDigit ? digit : null));
    for (const [i, column] of columns.entries()) {
      const isDone = await this.drawing.draw(studio.session, studio.request(column, { labels, frames: 'last' }));
      if (mine !== this.#turn) return;
      if (!isDone) break;
      const drawn = this.drawing.frames.at(-1)?.xt ?? null;
      this.pictures = this.pictures.map((each, k) => (k === i ? drawn : each));
    }
    const { status } = this.drawing;
    if (status.kind === 'failed') this.failure = status.failure;
    this.busy = false;
  }

  cancel(): void {
    this.#turn += 1;
    this.drawing.cancel();
    this.busy = false;
  }
}
