/**
 * Measures samplers on the reader's device: draws some digits, has the judge look at them, and adds a point for each walk as it
 * ends. To be cancelled at any moment; points that are there stay.
 */
import { AppError, toFailure, type Failure } from '$lib/base/errors';
import type { MeasuredQuality } from '$lib/data/recordedSamplers';
import { readReference } from '$lib/evaluation/judgeFiles';
import { qualityOf } from '$lib/evaluation/quality';
import type { Session } from '$lib/state/session.svelte';
import type { SampleRequest } from '$lib/worker/protocol';
import { nfeOf, samplerLabel, stepsFor } from './quality';

const pixels = 28 * 28;
/** So many pictures between two looks at how far it is; a cancel lands within one step all the same. */
const atOnce = 20;

/** The part of the session that draws and judges. */
export type Measures = Pick<Session, 'sample' | 'judge'>;

export interface LiveAsk {
  readonly source: SampleRequest['source'];
  readonly sampler: string;
  /** Each becomes a point. */
  readonly evaluations: readonly number[];
  /** Digits for each point. */
  readonly n: number;
  /** Where the judge's reference is. */
  readonly referenceAddress: string;
}

export interface LivePoint extends MeasuredQuality {
  readonly sampler: string;
  readonly nfe: number;
  readonly n: number;
  readonly source: SampleRequest['source'];
  readonly trainedSteps: number;
}

export interface LiveProgress {
  readonly nfe: number;
  readonly drawn: number;
  readonly n: number;
}

export class LiveQuality {
  points = $state.raw<readonly LivePoint[]>([]);
  progress = $state.raw<LiveProgress | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Of one evaluation of one picture on this device; null until one was timed. */
  msPerEvaluation = $state<number | null>(null);
  readonly busy: boolean = $derived(this.progress !== null);
  /** A sentence when a measurement has ended, for who does not see the chart. */
  said = $state('');
  #stop: AbortController | null = null;
  /** Other noise each time, so that the same walk measured twice shows its scatter. */
  #seed = 0;

  async measure(session: Measures, ask: LiveAsk): Promise<void> {
    this.cancel();
    const stop = new AbortController();
    this.#stop = stop;
    this.failure = null;
    this.said = '';
    this.#seed += 1;
    this.progress = { nfe: 0, drawn: 0, n: ask.n };
    try {
      const reference = readReference(await fetched(ask.referenceAddress, stop.signal));
      for (const evaluations of ask.evaluations) {
        const steps = stepsFor(ask.sampler, evaluations);
        const nfe = nfeOf(ask.sampler, steps);
        const { drawn, asked, trainedSteps } = await this.#draw(session, ask, { steps, nfe }, stop.signal);
        const judged = await session.judge(drawn, { signal: stop.signal });
        if (this.#stop !== stop) return;
        const quality = qualityOf({ pixels: drawn, asked, judged }, reference);
        this.points = [...this.points, { ...quality, sampler: ask.sampler, nfe, n: ask.n, source: ask.source, trainedSteps }];
        this.said = `Measured: ${samplerLabel(ask.sampler)} with ${nfe} ${nfe === 1 ? 'evaluation' : 'evaluations'}, Fréchet distance ${quality.fd.toFixed(1)} of ${ask.n} digits.`;
      }
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (this.#stop === stop && failure.code !== 'request/cancelled') this.failure = failure;
    } finally {
      if (this.#stop === stop) this.progress = null;
    }
  }

  cancel(): void {
    const stop = this.#stop;
    this.#stop = null;
    stop?.abort();
    if (this.progress) this.said = 'Stopped.';
    this.progress = null;
  }

  clear(): void {
    this.points = [];
  }

  async #draw(
    session: Measures,
    { source, sampler, n }: LiveAsk,
    { steps, nfe }: { readonly steps: number; readonly nfe: number },
    signal: AbortSignal,
  ): Promise<{ readonly drawn: Float32Array; readonly asked: readonly number[]; readonly trainedSteps: number }> {
    const drawn = new Float32Array(n * pixels);
    const asked = Array.from({ length: n }, (_, i) => i % 10);
    const show = (count: number): void => {
      if (!signal.aborted) this.progress = { nfe, drawn: count, n };
    };
    let trainedSteps = 0;
    for (let first = 0; first < n; first += atOnce) {
      show(first);
      const labels = asked.slice(first, first + atOnce);
      const request: SampleRequest = {
        source,
        sampler,
        samplerParams: {},
        steps,
        spacing: 'trailing',
        guidanceScale: 1,
        clip: true,
        seed: this.#seed * n + first,
        labels,
        frames: 'last',
      };
      const stream = session.sample(request, { signal });
      for await (const { xt } of stream) drawn.set(xt.map(asScreen), first * pixels);
      const summary = await stream.summary;
      trainedSteps = summary.trainedSteps;
      this.msPerEvaluation = summary.ms / (nfe * labels.length);
    }
    show(n);
    return { drawn, asked, trainedSteps };
  }
}

/** Limited to what a screen shows, as the recorded pictures were. */
function asScreen(value: number): number {
  return Math.max(-1, Math.min(1, value));
}

/** @throws data/fetch */
async function fetched(address: string, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(address, { signal }).catch(() => null);
  if (!response?.ok) {
    const message = 'What the judge makes of real digits did not arrive. Check the connection and try again.';
    throw new AppError('data/fetch', message, response ? `status ${response.status}` : 'no answer');
  }
  return new Uint8Array(await response.arrayBuffer());
}
