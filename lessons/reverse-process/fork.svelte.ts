/**
 * The fork: one trajectory is drawn, then several of its moments are copied ten times, and each copy goes on with fresh noise of
 * its own. The judge says which digit each has become; where all ten are the same, it was decided before that moment.
 */
import { toFailure, type Failure } from '$lib/base/errors';
import type { SampleSummary } from '$lib/worker/protocol';
import { Drawing, type DrawingStatus } from './drawing.svelte';
import { pictureOf, pixels } from './films';
import { agreementByT, judgedPictures, nearestTo, repeated, type Agreement, type JudgedPicture } from './forkRows';
import type { Studio } from './studio.svelte';

export const copies = 10;
/** The moments that are tried, as near as the steps of the trajectory allow. */
export const forkTimes = [900, 800, 700, 600, 500, 400, 300, 200, 100] as const;

export interface ForkRow {
  readonly t: number;
  /** The moment that is copied. */
  readonly xt: Float32Array;
  /** What became of each copy; null until they are drawn. */
  readonly ends: readonly Float32Array[] | null;
  /** What the judge takes each for; null until it has said so. */
  readonly judged: readonly JudgedPicture[] | null;
}

export class Fork {
  rows = $state.raw<readonly ForkRow[]>([]);
  readonly drawing = new Drawing();
  /** What is being drawn now, in words. */
  stage = $state('');
  busy = $state(false);
  nfe = $state(0);
  ms = $state(0);
  trainedSteps = $state<number | null>(null);
  readonly status: DrawingStatus = $derived(this.drawing.status);
  readonly agreements: readonly Agreement[] = $derived(agreementByT(this.rows));
  /** Why the judge does not say anything. */
  judgeFailure = $state.raw<Failure | null>(null);
  #turn = 0;

  async draw(studio: Studio, seed: number): Promise<void> {
    const turn = (this.#turn += 1);
    const current = (): boolean => turn === this.#turn;
    this.rows = [];
    this.nfe = 0;
    this.ms = 0;
    this.trainedSteps = null;
    this.judgeFailure = null;
    this.busy = true;
    this.stage = 'the trajectory';
    // Nobody says which digit it shall be: that is what is to be decided.
    const common = { sampler: 'ddpm', samplerParams: { variance: 'small' }, seed } as const;
    try {
      if (!(await this.drawing.draw(studio.session, studio.request({ ...common, labels: [null] }))) || !current()) return;
      this.#count(this.drawing.summary);
      const { frames } = this.drawing;
      const chosen = nearestTo(forkTimes, frames.slice(0, -1)); // the last frame is finished: nothing follows it
      this.rows = chosen.map(({ t, xt }) => ({ t, xt, ends: null, judged: null }));
      for (const { t, xt } of this.rows) {
        this.stage = `ten continuations from t = ${t}`;
        const request = studio.request({
          ...common,
          seed: seed + t,
          labels: Array.from({ length: copies }, () => null),
          start: { t, x: repeated(xt, copies) },
          frames: 'last',
        });
        if (!(await this.drawing.draw(studio.session, request)) || !current()) return;
        this.#count(this.drawing.summary);
        const last = this.drawing.frames.at(-1)?.xt;
        if (!last || last.length !== copies * pixels) return;
        const ends = Array.from({ length: copies }, (_, i) => pictureOf(last, i));
        this.#complete(t, { ends });
        const judged = await this.#judge(studio, last);
        if (!current()) return;
        this.#complete(t, { judged });
      }
    } finally {
      if (current()) this.busy = false;
    }
  }

  cancel(): void {
    this.#turn += 1;
    this.drawing.cancel();
    this.busy = false;
  }

  #complete(t: number, more: Partial<ForkRow>): void {
    this.rows = this.rows.map((row) => (row.t === t ? { ...row, ...more } : row));
  }

  /** Null without the judge: the pictures are worth drawing all the same. */
  async #judge(studio: Studio, pictures: Float32Array): Promise<readonly JudgedPicture[] | null> {
    try {
      const { probabilities } = await studio.session.judge(pictures);
      this.judgeFailure = null;
      return judgedPictures(probabilities);
    } catch (thrown) {
      this.judgeFailure = toFailure(thrown);
      return null;
    }
  }

  #count(summary: SampleSummary | null): void {
    this.nfe += summary?.nfe ?? 0;
    this.ms += summary?.ms ?? 0;
    this.trainedSteps = summary?.trainedSteps ?? this.trainedSteps;
  }
}
