/** Training runs, as the page sees them: plain data. */
import type { Failure } from '../../base/errors';
import type { Recipe, RecipeId } from '../../training/recipe';
import type { StepReport } from '../../training/report';

/** A run is known by its recipe: the page keeps one of each, and trains one at a time. */
export type RunId = RecipeId;

/** The two that lesson 2 trains: networks that draw whole digits by themselves. */
export type MainRunId = Extract<RunId, 'quick' | 'textbook'>;

/** Pictures drawn from the averaged weights, always from the same noise: one frame of the film over training. */
export interface PreviewFrame {
  readonly step: number;
  readonly seconds: number;
  /** [count, side, side], 0..255. */
  readonly pixels: Uint8Array;
  readonly count: number;
  readonly side: number;
}

export type RunStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'preparing'; readonly what: string; readonly done: number; readonly total: number }
  | { readonly kind: 'training' }
  /** Training halts while digits are drawn for the judge; done and total count them. */
  | { readonly kind: 'judging'; readonly done: number; readonly total: number }
  | { readonly kind: 'waiting'; readonly what: string }
  | { readonly kind: 'paused' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Everything that a page needs to draw a run it has not followed from the start. */
export interface RunSnapshot {
  readonly runId: RunId;
  readonly recipe: Recipe;
  readonly seed: number;
  readonly stepsDone: number;
  readonly trainedMs: number;
  /** The recipe's, times the reader's factor; a step's own, in its report, is lower while training warms up. */
  readonly learningRate: number;
  readonly status: RunStatus;
  readonly history: readonly StepReport[];
  readonly film: readonly PreviewFrame[];
  readonly parameters: number;
  /** FLOPs of one training step: 3 × forward, plus the optimiser's matrix products. */
  readonly flopsPerStep: number;
  readonly savedStep: number | null;
  /** Of the weights when they were last copied: at a pause and at each save. */
  readonly fingerprint: Fingerprint | null;
  /** Whether the judge is asked every so often, while training, if the digits are good enough. */
  readonly isJudged: boolean;
  /** What it said so far on this visit. */
  readonly checks: readonly QualityCheck[];
}

/** What the judge made of digits that were drawn in the middle of training. */
export interface QualityCheck {
  readonly step: number;
  /** Pictures. */
  readonly n: number;
  /** Share that the judge is more than 90% sure of, and share that it takes for what was asked for. */
  readonly c90: number;
  readonly accuracy: number;
  /** Blur: grey pixels over inked ones. */
  readonly midInk: number;
  readonly isGood: boolean;
  /** Of training up to this step, and of getting ready for it: together, since Train was pressed. Judging is in neither. */
  readonly trainedMs: number;
  readonly readyMs: number;
  /** What this judgement took, drawing included. */
  readonly judgingMs: number;
}

/** The raw weights of a step in eight digits, for two readers to compare. */
export interface Fingerprint {
  readonly step: number;
  readonly text: string;
}

/** all: what continuing takes; ema, raw: one set of weights, to draw with. */
export type WeightsChoice = 'all' | 'ema' | 'raw';
