/**
 * The same noises drawn in several ways, one after the other: guidances, checkpoints, networks, moments of a swap. A row each, judged as
 * soon as it is drawn, and to be cancelled at any moment; rows that are there stay.
 */
import { toFailure, type Failure } from '$lib/base/errors';
import type { Description } from '$lib/data/captions/caption';
import type { SampleRequest, SampleSummary } from '$lib/worker/protocol';
import type { Session } from '$lib/state/session.svelte';
import { pictureVerdicts, type PictureVerdict } from './verdicts';

export interface Variant {
  /** Unique among those of a figure. */
  readonly id: string;
  readonly title: string;
  readonly note?: string | undefined;
  readonly request: SampleRequest;
  /** What each picture is held against; where nobody asks, nothing is judged. */
  readonly asked: readonly Description[];
}

export interface DrawnVariant {
  readonly variant: Variant;
  /** [n, 28, 28] */
  readonly pixels: Float32Array;
  /** Null where nothing was judged. */
  readonly verdicts: readonly PictureVerdict[] | null;
  /** Of the judge [n, 10], to hold the pictures against something else as well. */
  readonly probabilities: Float32Array | null;
  readonly summary: SampleSummary;
}

/** What draws and judges. */
export type DrawsAndJudges = Pick<Session, 'sample' | 'judge'>;

export class VariantRows {
  drawn = $state.raw<Readonly<Record<string, DrawnVariant>>>({});
  /** The variant that is being drawn. */
  current = $state.raw<Variant | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** How many of how many are done. */
  progress = $state.raw<{ readonly done: number; readonly total: number } | null>(null);
  readonly busy: boolean = $derived(this.progress !== null);
  readonly hasDrawn: boolean = $derived(Object.keys(this.drawn).length > 0);
  #stop: AbortController | null = null;

  /** @returns whether all of them were drawn */
  async run(session: DrawsAndJudges, variants: readonly Variant[]): Promise<boolean> {
    this.cancel();
    const stop = new AbortController();
    this.#stop = stop;
    this.failure = null;
    this.drawn = {};
    try {
      for (const [done, variant] of variants.entries()) {
        this.progress = { done, total: variants.length };
        this.current = variant;
        const drawn = await draw(session, variant, stop.signal);
        if (this.#stop !== stop) return false;
        this.drawn = { ...this.drawn, [variant.id]: drawn };
      }
      return true;
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (this.#stop === stop && failure.code !== 'request/cancelled') this.failure = failure;
      return false;
    } finally {
      if (this.#stop === stop) this.#end();
    }
  }

  cancel(): void {
    this.#stop?.abort();
    this.#stop = null;
    this.#end();
  }

  #end(): void {
    this.progress = null;
    this.current = null;
  }
}

async function draw(session: DrawsAndJudges, variant: Variant, signal: AbortSignal): Promise<DrawnVariant> {
  const stream = session.sample({ ...variant.request, frames: 'last' }, { signal });
  let pixels = new Float32Array();
  for await (const { xt } of stream) pixels = new Float32Array(xt);
  const summary = await stream.summary;
  if (variant.asked.length === 0) return { variant, pixels, verdicts: null, probabilities: null, summary };
  const { probabilities } = await session.judge(pixels.slice(), { signal });
  return { variant, pixels, verdicts: pictureVerdicts(pixels, probabilities, variant.asked), probabilities, summary };
}
