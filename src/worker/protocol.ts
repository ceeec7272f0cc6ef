/**
 * The wire between the page and the engine that owns every tensor. Plain data and typed arrays only; large arrays are
 * transferred. Every command has an id and ends in exactly one of done, cancelled or failed.
 */
import type { Failure } from '../base/errors';
import type { PredictionType, TimestepSpacing } from '../diffusion/types';
import type { Recipe, RecipeId } from '../training/recipe';
import type { StepReport } from '../training/report';

export type { StepReport } from '../training/report';

export type BackendName = 'webgl' | 'wasm' | 'cpu';
export type BackendChoice = BackendName | 'auto';

/** A run is known by its recipe: the page keeps one of each, and trains one at a time. */
export type RunId = RecipeId;

/** Of the backend's numbers: some phones draw WebGL to 16-bit floats only. */
export type Precision = 'float32' | 'float16';

/** How a backend is asked for. */
export interface BackendAsk {
  readonly choice: BackendChoice;
  /** WASM with arithmetic that is the same on every machine: a seed then gives the same weights to the last bit. */
  readonly reproducible?: boolean | undefined;
  readonly probe?: { readonly remembered: ProbeResult | null; readonly isForced: boolean } | undefined;
}

/** What a training step costs on a backend, and how finely it computes. */
export interface Measured {
  readonly msPerStep: number;
  readonly precision: Precision;
}

/** Both backends, measured on this device; null for one that would not run. */
export interface ProbeResult {
  readonly renderer: string;
  readonly wasm: Measured | null;
  readonly webgl: Measured | null;
}

export interface BackendReport {
  readonly backend: BackendName;
  /** The GPU's own name, if the browser tells it; null on WASM. */
  readonly renderer: string | null;
  /** A sentence for the reader: why this backend and not another. */
  readonly why: string;
  readonly where: 'worker' | 'page';
  readonly choice: BackendChoice;
  /** Runs repeat to the last bit, here and in every other browser. */
  readonly reproducible: boolean;
  readonly precision: Precision;
  /** What the choice rests on; null if nothing was measured. */
  readonly probe: ProbeResult | null;
}

export interface DataReport {
  readonly imagesLoaded: number;
  readonly imagesTotal: number;
  readonly loading: boolean;
  readonly failure: Failure | null;
}

/** Pictures drawn from the averaged weights, always from the same noise: one frame of the film over training. */
export interface PreviewFrame {
  readonly step: number;
  readonly seconds: number;
  /** [count, 28, 28], 0..255. */
  readonly pixels: Uint8Array;
  readonly count: number;
}

export type RunStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'preparing'; readonly what: string; readonly done: number; readonly total: number }
  | { readonly kind: 'training' }
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
}

/** The raw weights of a step in eight digits, for two readers to compare. */
export interface Fingerprint {
  readonly step: number;
  readonly text: string;
}

/** all: what continuing takes; ema, raw: one set of weights, to draw with. */
export type WeightsChoice = 'all' | 'ema' | 'raw';

export interface SampleRequest {
  /** Which weights draw: a run's averaged or raw ones, or the recorded model that ships with the page. */
  readonly source:
    { readonly kind: 'run'; readonly runId: RunId; readonly weights: 'ema' | 'raw' } | { readonly kind: 'recorded' };
  /** An id of diffusion/samplers; 'ddim-inversion' walks up, from clean pictures (`start`, at t = 0) to the noise they come from. */
  readonly sampler: string;
  readonly samplerParams: Readonly<Record<string, number | string>>;
  readonly steps: number;
  readonly spacing: TimestepSpacing;
  /** 1 is plain conditional sampling. */
  readonly guidanceScale: number;
  readonly clip: boolean;
  readonly seed: number;
  /** A class for each picture, or null for "not told". */
  readonly labels: readonly (number | null)[];
  /** Start from these pictures at this t instead of from noise: [count, 28, 28]. */
  readonly start?: { readonly t: number; readonly x: Float32Array } | undefined;
  /** Send every frame with its ingredients, or the final pictures alone. */
  readonly frames: 'all' | 'last';
}

/** One moment of the reverse process. All arrays are [count, 28, 28]; the last frame has no prediction of its own. */
export interface SampleFrame {
  readonly i: number;
  readonly t: number;
  readonly alphaBar: number;
  readonly nfe: number;
  readonly xt: Float32Array;
  /** What the network believed at this xt, and the fresh noise of the step that follows; null on the last frame. */
  readonly x0: Float32Array | null;
  readonly eps: Float32Array | null;
  readonly noise: Float32Array | null;
}

export interface SampleSummary {
  readonly nfe: number;
  readonly ms: number;
  readonly backend: BackendName;
  readonly predictionType: PredictionType;
  /** Which weights drew: steps trained so far (a run), or the recorded model's. */
  readonly trainedSteps: number;
}

/** A picture of what one layer makes of an input: [channels, side, side]. */
export interface FeatureMap {
  readonly name: string;
  readonly channels: number;
  readonly side: number;
  readonly values: Float32Array;
}

export interface Memory {
  readonly tensors: number;
  readonly bytes: number;
}

/** name → what is asked, what is answered at the end, and what may come in between. */
export interface Calls {
  /** Starts a backend and restores what was saved. */
  init: {
    ask: BackendAsk & { baseUrl: string };
    answer: { backend: BackendReport; runs: readonly RunSnapshot[] };
    part: never;
  };
  'data.load': { ask: Record<never, never>; answer: DataReport; part: never };
  /** Makes a fresh run (in place of one with the same id). */
  'run.create': { ask: { recipe: Recipe; seed: number }; answer: RunSnapshot; part: never };
  'run.start': { ask: { runId: RunId; untilStep: number | null }; answer: RunSnapshot; part: never };
  'run.pause': { ask: { runId: RunId }; answer: RunSnapshot; part: never };
  'run.step': { ask: { runId: RunId }; answer: RunSnapshot; part: never };
  'run.reset': { ask: { runId: RunId }; answer: RunSnapshot; part: never };
  'run.setLearningRate': { ask: { runId: RunId; factor: number }; answer: RunSnapshot; part: never };
  'run.setPreviewInterval': { ask: { runId: RunId; steps: number }; answer: RunSnapshot; part: never };
  sample: { ask: SampleRequest; answer: SampleSummary; part: SampleFrame };
  /** Feature maps of every block for one picture at one t. */
  inspect: {
    ask: { runId: RunId; x0: Float32Array; t: number; label: number | null; seed: number };
    answer: { xt: Float32Array; x0: Float32Array; maps: readonly FeatureMap[] };
    part: never;
  };
  /** What the judge, a classifier of digits, makes of finished pictures: [n, 28, 28], about −1..1. Weights are fetched at the first call. */
  judge: {
    ask: { pixels: Float32Array };
    /** Softmax over the ten digits [n, 10], and the features that Fréchet distances compare [n, 64]. */
    answer: { probabilities: Float32Array; features: Float32Array };
    part: never;
  };
  /** A run as a safetensors file, for the reader to keep. */
  'weights.export': {
    ask: { runId: RunId; weights: WeightsChoice };
    answer: { bytes: Uint8Array<ArrayBuffer>; step: number };
    part: never;
  };
  /** A run from such a file, in place of the one with this id; a file that is refused changes nothing. */
  'weights.import': { ask: { runId: RunId; bytes: Uint8Array<ArrayBuffer> }; answer: RunSnapshot; part: never };
  /** Writes every run to the browser's storage now: the page is about to be hidden or closed. */
  save: { ask: Record<never, never>; answer: Record<never, never>; part: never };
  memory: { ask: Record<never, never>; answer: Memory; part: never };
  /** Tests and the "break it" corner: lose the GPU context, poison the loss, fill the store. */
  sabotage: { ask: { what: 'context' | 'nan' | 'storage' | 'checkpoint' }; answer: Record<never, never>; part: never };
}

export type CallName = keyof Calls;
export type Ask<C extends CallName> = Calls[C]['ask'];
export type Answer<C extends CallName> = Calls[C]['answer'];
export type Part<C extends CallName> = Calls[C]['part'];

export type Command =
  | { [C in CallName]: { readonly type: C; readonly id: number; readonly ask: Ask<C> } }[CallName]
  | { readonly type: 'cancel'; readonly id: number };

/** Things that happen unasked. */
export type News =
  | { readonly type: 'data'; readonly data: DataReport }
  | {
      readonly type: 'run.status';
      readonly runId: RunId;
      readonly status: RunStatus;
      readonly stepsDone: number;
      readonly trainedMs: number;
    }
  | { readonly type: 'run.steps'; readonly runId: RunId; readonly steps: readonly StepReport[]; readonly trainedMs: number }
  | { readonly type: 'run.preview'; readonly runId: RunId; readonly frame: PreviewFrame }
  /** The run is no longer what the steps told so far add up to: made afresh, reset, or taken back to its last good state. */
  | { readonly type: 'run.replaced'; readonly run: RunSnapshot }
  /** Another backend computes from here on: the one before was lost. */
  | { readonly type: 'backend'; readonly backend: BackendReport }
  | { readonly type: 'run.saved'; readonly runId: RunId; readonly step: number }
  | { readonly type: 'run.kept'; readonly runId: RunId; readonly fingerprint: Fingerprint }
  | { readonly type: 'notice'; readonly failure: Failure };

export type Event =
  | { [C in CallName]: { readonly type: 'done'; readonly call: C; readonly id: number; readonly answer: Answer<C> } }[CallName]
  | { [C in CallName]: { readonly type: 'part'; readonly call: C; readonly id: number; readonly part: Part<C> } }[CallName]
  | { readonly type: 'cancelled'; readonly id: number }
  | { readonly type: 'failed'; readonly id: number; readonly failure: Failure }
  | { readonly type: 'news'; readonly news: News };
