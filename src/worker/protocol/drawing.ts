/** What draws, what it is asked for, and the moments of a drawing. Large arrays are transferred. */
import type { PredictionType, TimestepSpacing } from '../../diffusion/types';
import type { ShippedName } from '../../training/shippedModels';
import type { BackendName } from './device';
import type { RunId } from './runs';

/** One set of weights: a run's averaged or raw ones, or a recorded model that ships with the page, “quick” if none is named. */
export type ModelSource =
  | { readonly kind: 'run'; readonly runId: RunId; readonly weights: 'ema' | 'raw' }
  | { readonly kind: 'recorded'; readonly name?: ShippedName | undefined };

/** Experts that share one reverse process: each is asked for every t in (from, to], and all t are somebody's. */
export interface ExpertsSource {
  readonly kind: 'experts';
  readonly experts: readonly { readonly model: ModelSource; readonly from: number; readonly to: number }[];
}

export type Source = ModelSource | ExpertsSource;

export interface SampleRequest {
  /** Which weights draw. */
  readonly source: Source;
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
  /** What a network that reads is told of each picture. */
  readonly prompts?: Prompts | undefined;
  /** Guidance for t in (from, to] alone, plain conditional sampling elsewhere (Kynkäänniemi et al. 2024, arXiv:2404.07724). */
  readonly guidanceInterval?: { readonly from: number; readonly to: number } | undefined;
  /** Whether frames carry the maps of where a network that reads looks for each word: large, so only on demand. */
  readonly attention?: boolean | undefined;
  /** [count·vectorFeatures]: what a decoder draws from, an embedding for each picture. */
  readonly vectors?: Float32Array | undefined;
  /** What an upsampler makes larger, and must be given. */
  readonly condition?: Condition | undefined;
  /** Start from these pictures at this t instead of from noise: [count, S, S], S the network's side. */
  readonly start?: { readonly t: number; readonly x: Float32Array } | undefined;
  /** Send every frame with its ingredients, or the final pictures alone. */
  readonly frames: 'all' | 'last';
}

/** Captions, a list as long as labels each; null and a caption of no known word tell nothing. */
export interface Prompts {
  readonly captions: readonly (string | null)[];
  /** Takes the place of "told nothing" in guidance: what the pictures are to be led away from. */
  readonly negative?: string | undefined;
  /** Other captions from t ≤ at on: words swapped mid-way. */
  readonly swap?: { readonly captions: readonly (string | null)[]; readonly at: number } | undefined;
}

/** Small pictures for an upsampler, and how much noise is laid on them before it looks. */
export interface Condition {
  /** [count, side, side], −1..1; the side is the recipe's lowResolution.side. */
  readonly pixels: Float32Array;
  /** 0 (none) … 5: noised to t = 100 · augmentation, and told to a network that can be told (Ho et al. 2022, arXiv:2106.15282, section 3.3). */
  readonly augmentation: number;
}

/** One moment of the reverse process. All arrays are [count, S, S], S the network's side; the last frame has no prediction of its own. */
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
  /** Of the evaluation with the caption at this xt, in the order of the layers; null unless asked for, without text, and on the last frame. */
  readonly attention: readonly AttentionMap[] | null;
  /** Of a latent model, xt and x0 through its decoder: [count, 28, 28] each; null for a model of pixels. */
  readonly decoded: { readonly xt: Float32Array; readonly x0: Float32Array | null } | null;
}

/** How much each pixel of one layer looks at each place of the caption. */
export interface AttentionMap {
  /** The block that looks, as layers.ts names it. */
  readonly layer: string;
  readonly side: number;
  readonly heads: number;
  readonly places: number;
  /** [count, heads, side·side, places]; over places it sums to one, and padding gets nothing. */
  readonly values: Float32Array;
}

export interface SampleSummary {
  readonly nfe: number;
  readonly ms: number;
  readonly backend: BackendName;
  readonly predictionType: PredictionType;
  /** Which weights drew: steps trained so far (a run), or the recorded model's; of experts, all steps together. */
  readonly trainedSteps: number;
  /** Side of the pictures. */
  readonly imageSize: number;
  /** FLOPs of one network evaluation of one picture; the mean over the walk's, where experts differ. */
  readonly flopsPerEvaluation: number;
  /** Weights of all the networks that drew. */
  readonly parameters: number;
}

/** A picture of what one layer makes of an input: [channels, side, side]. */
export interface FeatureMap {
  readonly name: string;
  readonly channels: number;
  readonly side: number;
  readonly values: Float32Array;
}
