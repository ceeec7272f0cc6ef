/**
 * The same ten noises, walked down in four ways: do two ways end in the same digit? The network is told no digit, or the answer
 * would be yes by order; the judge (a classifier) says which digit each picture is.
 */
import { toFailure, type Failure } from '$lib/base/errors';
import { Drawing } from '../reverse-process/drawing.svelte';
import { judgedPictures, type JudgedPicture } from '../reverse-process/forkRows';
import { addUp, agreeing, type Tally } from './agreement';
import type { LaneSettings } from './lanes';
import { firstSeed, type Studio } from './studio.svelte';

export const noises = 10;
/** DDIM's noise is given by its seed and place alone, so that all rows start from the same ten. */
export const ways = [
  { id: 'ddpm', sampler: 'ddpm', params: { variance: 'small' }, steps: 50, spacing: 'trailing' },
  { id: 'ddim', sampler: 'ddim', params: { eta: 0 }, steps: 50, spacing: 'trailing' },
  { id: 'ddim-few', sampler: 'ddim', params: { eta: 0 }, steps: 10, spacing: 'trailing' },
  { id: 'ddim-many', sampler: 'ddim', params: { eta: 0 }, steps: 100, spacing: 'trailing' },
] as const satisfies readonly (LaneSettings & { readonly id: string })[];

export interface Way {
  /** [noises · pixels]; null while not drawn. */
  readonly pictures: Float32Array | null;
  readonly judged: readonly JudgedPicture[] | null;
}

const empty: readonly Way[] = ways.map(() => ({ pictures: null, judged: null }));

export class SameDigit {
  readonly studio: Studio;
  rows = $state.raw<readonly Way[]>(empty);
  seed = $state(firstSeed);
  /** Over all the noises that one network has drawn from so far. */
  tally = $state.raw<Tally | null>(null);
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  ms = $state(0);
  readonly drawing = new Drawing();
  #turn = 0;

  /** Of the ten noises, those from which DDPM and DDIM come to the same digit; null as long as it is not known. */
  readonly acrossSamplers: number | null = $derived(agreeing(this.rows[0]?.judged ?? null, this.rows[1]?.judged ?? null));
  /** And DDIM with 10 and with 100 steps. */
  readonly acrossSteps: number | null = $derived(agreeing(this.rows[2]?.judged ?? null, this.rows[3]?.judged ?? null));
  readonly words: string | null = $derived(
    this.acrossSamplers === null || this.acrossSteps === null
      ? null
      : `DDPM and DDIM: ${this.acrossSamplers} of ${noises}; DDIM with 10 and with 100 steps: ${this.acrossSteps} of ${noises}`,
  );

  constructor(studio: Studio) {
    this.studio = studio;
  }

  /** The same ten again would only say the same: every drawing after the first takes ten others. */
  async run(): Promise<void> {
    const { studio } = this;
    if (this.words !== null) this.seed += 1;
    const mine = (this.#turn += 1);
    const isCurrent = (): boolean => mine === this.#turn;
    this.busy = true;
    this.rows = empty;
    this.failure = null;
    this.ms = 0;
    const labels = Array.from({ length: noises }, () => null);
    try {
      for (const [i, way] of ways.entries()) {
        if (!(await this.drawing.draw(studio.session, studio.request(way, { labels, seed: this.seed, frames: 'last' })))) break;
        const pictures = this.drawing.frames.at(-1)?.xt ?? new Float32Array();
        this.ms += this.drawing.summary?.ms ?? 0;
        if (!isCurrent()) return;
        this.#complete(i, { pictures });
        const { probabilities } = await studio.session.judge(pictures);
        if (!isCurrent()) return;
        this.#complete(i, { judged: judgedPictures(probabilities) });
      }
      this.#count();
      const { status } = this.drawing;
      if (status.kind === 'failed') this.failure = status.failure;
    } catch (thrown) {
      if (isCurrent()) this.failure = toFailure(thrown);
    } finally {
      if (isCurrent()) this.busy = false;
    }
  }

  cancel(): void {
    this.#turn += 1;
    this.drawing.cancel();
    this.busy = false;
  }

  #count(): void {
    if (this.acrossSamplers === null || this.acrossSteps === null) return;
    const source = `${this.studio.source} ${this.drawing.summary?.trainedSteps ?? ''}`;
    const { acrossSamplers, acrossSteps } = this;
    this.tally = addUp(this.tally, { source, noises, acrossSamplers, acrossSteps });
  }

  #complete(index: number, more: Partial<Way>): void {
    this.rows = this.rows.map((row, i) => (i === index ? { ...row, ...more } : row));
  }
}
