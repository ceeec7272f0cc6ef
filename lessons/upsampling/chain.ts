/**
 * A chain of networks, drawn: the first makes a small picture, each further one enlarges what the one before has made. What
 * the engine does is one walk a stage; here they are put one after the other, and the end of one is the beginning of the next.
 */
import { AppError } from '$lib/base/errors';
import { stageSeed } from '$lib/diffusion/cascade';
import type { TimestepSpacing } from '$lib/diffusion/types';
import type { SampleStream } from '$lib/worker/client';
import type { ModelSource, SampleFrame, SampleRequest, SampleSummary } from '$lib/worker/protocol';

/** The part of the session that draws. */
export interface Draws {
  sample(request: SampleRequest, options: { readonly signal: AbortSignal }): SampleStream;
}

export interface ChainStage {
  readonly source: ModelSource;
  /** A sampler's id in src/diffusion/samplers. */
  readonly sampler: string;
  readonly samplerParams: Readonly<Record<string, number | string>>;
  readonly steps: number;
  readonly spacing: TimestepSpacing;
  /** 1 is none. A network that is told no class takes no notice of it. */
  readonly guidanceScale: number;
  /** Level of the noise laid over the small picture, 0..5; of no meaning to the first stage, which sees none. */
  readonly augmentation: number;
}

export interface ChainAsk {
  readonly stages: readonly ChainStage[];
  /** A class for each picture, or null for "not told". */
  readonly labels: readonly (number | null)[];
  readonly seed: number;
  /** Small pictures for the first stage to enlarge, [labels.length, side, side] in −1..1; without them it draws from noise alone. */
  readonly start?: Float32Array | undefined;
  /** What number the first stage has in the whole chain, so that a part of a chain has the noise that the whole would have. 0 if left out. */
  readonly firstStage?: number | undefined;
  /** 'last', where nobody watches: the end of each stage alone. */
  readonly frames?: SampleRequest['frames'] | undefined;
}

/** What a stage has drawn in the end. */
export interface StageEnd {
  /** [labels.length, side, side], limited to −1..1. */
  readonly pixels: Float32Array;
  readonly summary: SampleSummary;
}

export interface ChainListener {
  readonly signal: AbortSignal;
  /** Each moment as it comes; `stage` counts within what was asked for. */
  readonly onframe?: (stage: number, frame: SampleFrame) => void;
  readonly onstage?: (stage: number, end: StageEnd) => void;
}

/** @returns the end of each stage. @throws what session.sample rejects with; request/cancelled, once the signal says so */
export async function drawChain(session: Draws, ask: ChainAsk, listener: ChainListener): Promise<readonly StageEnd[]> {
  const { stages, labels, seed, firstStage = 0, frames = 'all' } = ask;
  const ends: StageEnd[] = [];
  let small = ask.start;
  for (const [i, stage] of stages.entries()) {
    const { augmentation, ...walk } = stage;
    const request: SampleRequest = {
      ...walk,
      clip: true,
      seed: stageSeed(seed, firstStage + i),
      labels,
      frames,
      ...(small ? { condition: { pixels: small, augmentation } } : {}),
    };
    const stream = session.sample(request, { signal: listener.signal });
    let last: SampleFrame | null = null;
    for await (const frame of stream) {
      last = frame;
      listener.onframe?.(i, frame);
    }
    const summary = await stream.summary;
    if (!last) throw new AppError('internal', 'A stage of the chain ended without a picture.');
    small = last.xt.map(limited);
    const end = { pixels: small, summary };
    ends.push(end);
    listener.onstage?.(i, end);
  }
  return ends;
}

/** To what a picture may hold: the next network has learnt from nothing else. */
function limited(value: number): number {
  return Math.min(1, Math.max(-1, value));
}
