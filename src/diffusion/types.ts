/**
 * The words that the mathematics is written in. Level 0 is the clean picture (alphaBar = 1), level T is noise; a step
 * goes from one level to another and knows nothing of networks, tensors or the length of the schedule.
 */

/** A moment of the forward process: xt = √alphaBar · x0 + √(1 − alphaBar) · eps. */
export interface NoiseLevel {
  /** 0 = clean … T = noise. */
  readonly t: number;
  /** Share of variance that is still signal, 1 … ≈0. */
  readonly alphaBar: number;
}

/** Arrays over t = 0..T. betas[0] = 0 and alphasCumprod[0] = 1, so that index t is the papers' t. */
export interface Schedule {
  readonly T: number;
  readonly betas: Float64Array;
  readonly alphasCumprod: Float64Array;
}

export type ScheduleKind = 'linear' | 'scaledLinear' | 'cosine' | 'sigmoid';

export interface ScheduleConfig {
  readonly kind: ScheduleKind;
  readonly T: number;
  /** β₁ and β_T; the cosine schedule does not use them. */
  readonly betaStart: number;
  readonly betaEnd: number;
  /** Rescale so that alphaBar at T is exactly 0 (Lin et al. 2023, arXiv:2305.08891, algorithm 1). */
  readonly zeroTerminalSnr: boolean;
}

/** What a network's output means. diffusers calls x0 "sample" and v "v_prediction". */
export type PredictionType = 'epsilon' | 'x0' | 'v';

/** What the network believes about xt: a clean picture and the noise that goes with it. */
export interface Prediction<X> {
  readonly x0: X;
  readonly eps: X;
}

/** A network and its schedule, as the samplers see them. */
export type Denoiser<X> = (x: X, level: NoiseLevel) => Prediction<X>;

/**
 * All that a sampler may do with a picture. Arrays, tensors and coefficient records each bring their own, so one sampler
 * file serves the 2-D toys, the network, and the step tables that the lessons draw.
 */
export interface VectorOps<X> {
  /** Σ weightᵢ · termᵢ; at least one term. */
  lincomb(terms: readonly (readonly [number, X])[]): X;
  /** Each entry limited to [min, max]. */
  clamp(x: X, min: number, max: number): X;
}

/** What the network said at an earlier level of the same walk. */
export interface PastPrediction<X> {
  readonly level: NoiseLevel;
  readonly prediction: Prediction<X>;
}

export interface StepInput<X> {
  readonly x: X;
  readonly from: NoiseLevel;
  readonly to: NoiseLevel;
  readonly denoise: Denoiser<X>;
  /** Fresh standard normal noise of x's shape; each call draws anew. */
  readonly noise: () => X;
  readonly ops: VectorOps<X>;
  /** Predictions of the steps before, newest first: as many as the sampler declares, fewer at the start of a walk. Borrowed. */
  readonly history: readonly PastPrediction<X>[];
}

export type SamplerStep = <X>(input: StepInput<X>) => X;

export type TimestepSpacing = 'leading' | 'linspace' | 'trailing' | 'logSnr' | 'karras';
