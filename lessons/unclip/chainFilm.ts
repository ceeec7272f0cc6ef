/** A caption on its way to pictures, as a film: every moment of every part, in their order, and what each part shows at one of them. Plain data. */
import { toSigned } from '$lib/data/pixels';
import type { RecordedExample } from '$lib/data/recordedUnclipFilm';
import type { PictureMoment, UpStage } from './chainParts';

/** One moment of the prior's walk. */
export interface PriorMoment {
  readonly t: number;
  /** [count · 32], in units in which an embedding has length 1. */
  readonly xt: Float32Array;
  readonly x0: Float32Array | null;
}

export interface ChainFilm {
  readonly caption: string;
  /** Pictures. */
  readonly count: number;
  /** [32] of the caption; null while it is not there yet. */
  readonly text: Float32Array | null;
  /** Null where the prior is skipped. */
  readonly prior: readonly PriorMoment[] | null;
  readonly decoder: readonly PictureMoment[];
  readonly up: readonly UpStage[];
}

export type Part = 'text' | 'prior' | 'decoder' | 'up';

export interface Moment {
  readonly part: Part;
  /** Of the upsamplers, which; 0 for the other parts. */
  readonly stage: number;
  readonly frame: number;
}

export function momentsOf({ text, prior, decoder, up }: ChainFilm): readonly Moment[] {
  const all = (part: Part, frames: readonly unknown[], stage = 0): readonly Moment[] =>
    frames.map((_, frame) => ({ part, stage, frame }));
  return [
    ...(text ? all('text', [text]) : []),
    ...all('prior', prior ?? []),
    ...all('decoder', decoder),
    ...up.flatMap(({ frames }, stage) => all('up', frames, stage)),
  ];
}

/** What each part shows at a moment: nothing before its turn, its end after it. */
export interface Shown {
  readonly text: Float32Array | null;
  readonly prior: PriorMoment | null;
  readonly decoder: PictureMoment | null;
  /** One for each upsampler. */
  readonly up: readonly (PictureMoment | null)[];
}

const order: readonly Part[] = ['text', 'prior', 'decoder', 'up'];

export function shownAt({ text, prior, decoder, up }: ChainFilm, moment: Moment | null): Shown {
  const pick = <Frame>(part: Part, frames: readonly Frame[], stage = 0): Frame | null => {
    if (!moment) return null;
    const [mine, current] = [order.indexOf(part), order.indexOf(moment.part)];
    const place = mine - current || stage - moment.stage;
    if (place > 0) return null;
    return (place < 0 ? frames.at(-1) : frames[moment.frame]) ?? null;
  };
  return {
    text,
    prior: pick('prior', prior ?? []),
    decoder: pick('decoder', decoder),
    up: up.map(({ frames }, stage) => pick('up', frames, stage)),
  };
}

/** A chain that was recorded. */
export function recordedFilm({ caption, text, prior, decoder }: RecordedExample, count: number): ChainFilm {
  const signed = decoder.map(({ t, xt, x0 }) => ({ t, xt: toSigned(xt), x0: x0 && toSigned(x0) }));
  return { caption, count, text, prior, decoder: signed, up: [] };
}

/** The finished pictures [count, 28, 28]; null as long as there are none. */
export function endOf({ decoder, up }: ChainFilm): Float32Array | null {
  const frames = up.length > 0 ? up.at(-1)?.frames : decoder;
  const last = frames?.at(-1);
  return last?.t === 0 ? last.xt : null;
}
