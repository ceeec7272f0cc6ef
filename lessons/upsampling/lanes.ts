/**
 * Several lanes, each of one network or of a chain of them, under one clock: so many evaluations, so many FLOPs, so much time,
 * or each lane's own whole. Plain data, and where a lane stands when the clock shows so much.
 */

/** One moment of one stage. */
export interface ChainFrame {
  readonly t: number;
  /** Evaluations of this stage so far, for one picture. */
  readonly nfe: number;
  /** [pictures, side, side] */
  readonly xt: Float32Array;
  /** The network's guess; null of the finished picture (t = 0), and where it is not kept. */
  readonly x0: Float32Array | null;
}

/** A stage as far as it has been drawn, and what the whole of it costs for one picture. */
export interface StageFilm {
  /** Which network draws. */
  readonly name: string;
  readonly side: number;
  readonly sampler: string;
  readonly steps: number;
  readonly frames: readonly ChainFrame[];
  readonly nfe: number;
  readonly flops: number;
  /** null as long as it was not timed. */
  readonly ms: number | null;
}

export type Clock = 'flops' | 'evaluations' | 'time' | 'share';

export interface Place {
  readonly stage: number;
  readonly frame: number;
}

/** What the clock shows when a lane has finished, in the clock's unit; null if the lane was not timed. */
export function totalOf(stages: readonly StageFilm[], clock: Clock): number | null {
  const totals = stages.map((stage) => stageTotal(stage, clock));
  return totals.includes(null) ? null : totals.reduce<number>((sum, total) => sum + (total ?? 0), 0);
}

/** What a lane has spent when it stands here. */
export function spentAt(stages: readonly StageFilm[], clock: Clock, { stage, frame }: Place): number {
  const before = totalOf(stages.slice(0, stage), clock) ?? 0;
  const here = stages[stage];
  return here ? before + spentInStage(here, clock, here.frames[frame]?.nfe ?? 0) : before;
}

/** The last moment that so much has paid for; null of a lane with no picture yet. */
export function placeAfter(stages: readonly StageFilm[], clock: Clock, spent: number): Place | null {
  let place: Place | null = null;
  let left = spent + rounding * (1 + Math.abs(spent));
  for (const [number, stage] of stages.entries()) {
    if (stage.frames.length === 0 || left < 0) return place;
    place = { stage: number, frame: lastPaid(stage, clock, left) };
    left -= stageTotal(stage, clock) ?? 0;
  }
  return place;
}
/** So that the end of a lane's means is the end of the lane. */
const rounding = 1e-9;

/** A stage's frames are in the order of what they cost. */
function lastPaid(stage: StageFilm, clock: Clock, left: number): number {
  let [low, high] = [0, stage.frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spentInStage(stage, clock, stage.frames[middle]?.nfe ?? Infinity) <= left) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

function stageTotal({ nfe, flops, ms }: StageFilm, clock: Clock): number | null {
  return { evaluations: nfe, flops, share: flops, time: ms }[clock];
}

/** A stage's evaluations all cost the same. */
function spentInStage(stage: StageFilm, clock: Clock, nfe: number): number {
  return stage.nfe > 0 ? ((stageTotal(stage, clock) ?? 0) * nfe) / stage.nfe : 0;
}

/** What a finished stage has drawn; null of one that is not. */
export function endOf(stage: StageFilm | undefined): Float32Array | null {
  const last = stage?.frames.at(-1);
  return last?.t === 0 ? last.xt : null;
}

/** All moments of a lane, in their order. */
export function placesOf(stages: readonly StageFilm[]): readonly Place[] {
  return stages.flatMap(({ frames }, stage) => frames.map((_, frame) => ({ stage, frame })));
}

/** Whether the last stage has come to its end. */
export function isFinished(stages: readonly StageFilm[], place: Place | null): boolean {
  return place !== null && place.stage === stages.length - 1 && stages[place.stage]?.frames[place.frame]?.t === 0;
}

/** Of longer walks only every so many-th moment is kept: a thousand moments of ten pictures would take 60 MB. */
const mostKept = 250;

/** Which moments of a walk are kept: every so many-th, and the last. */
export function keptEvery(steps: number): number {
  return Math.max(1, Math.ceil(steps / mostKept));
}

/** Moments that a stage has, or as long as it is being drawn, will have. */
export function keptFrames({ steps, frames }: StageFilm): number {
  return frames.at(-1)?.t === 0 ? frames.length : Math.ceil(steps / keptEvery(steps)) + 1;
}

/** One picture of several. */
export function pictureOf(values: Float32Array | null | undefined, side: number, index: number): Float32Array | null {
  const pixels = side * side;
  return values && values.length >= (index + 1) * pixels ? values.subarray(index * pixels, (index + 1) * pixels) : null;
}
