/** A recipe: everything that decides what a training run does, apart from its seed and its data. */
import type { PredictionType, ScheduleConfig } from '../diffusion/types';
import type { UNetConfig } from '../model/config';

export interface Recipe {
  readonly id: RecipeId;
  readonly model: UNetConfig;
  readonly schedule: ScheduleConfig;
  readonly predictionType: PredictionType;
  readonly batchSize: number;
  /** t is drawn as floor(T · u^exponent) + 1, u uniform: 1 is Ho et al.'s uniform draw, below 1 leans towards noise. */
  readonly timestepExponent: number;
  /**
   * The timestep that is drawn is moved to where the SNR is this many times as high, and the loss weight with it: with fewer pixels to
   * average, a smaller picture shows less at the same SNR (Hoogeboom et al. 2023, arXiv:2301.11093, eq. 4 and 5). 1 leaves it.
   */
  readonly snrShift: number;
  /** Timesteps that are drawn: t in (from, to]; an expert's own, or [0, T] for a network that does it all. */
  readonly timestepRange: readonly [from: number, to: number];
  /** One u in each of B equal strata instead of B independent ones. */
  readonly stratifiedTimesteps: boolean;
  /** Loss weight min(1 + SNR, cap) on the x0 error; null is plain MSE on the network's own target. */
  readonly snrWeightCap: number | null;
  readonly optimizer: 'adam' | 'muon';
  readonly learningRate: number;
  readonly adamBeta2: number;
  readonly muonLearningRate: number;
  readonly warmupSteps: number;
  /** Global gradient norm is limited to this; null does not clip. */
  readonly clipNorm: number | null;
  /** power: β = (1 − 1/t)^8 at step t. constant: β limited to (1 + t)/(10 + t) at first, so that short runs have an average too. */
  readonly ema:
    | { readonly kind: 'power'; readonly exponent: number }
    | { readonly kind: 'constant'; readonly decay: number; readonly warmup: boolean };
  /** Share of labels hidden in training, so that one network learns both p(x) and p(x | class). */
  readonly labelDropout: number;
  /** An upsampler is shown its picture at this side, enlarged; with noise on it, if its network can be told how much. Null sees none. */
  readonly lowResolution: { readonly side: number } | null;
  /** Captions measured from each picture; null for a network that reads none. */
  readonly captions: CaptionSettings | null;
  /** Diffuses in the latent space of an autoencoder that ships; null diffuses pixels. */
  readonly latents: LatentSettings | null;
  /** An embedding of each picture is told, and hidden with this probability; null for a network that is told none. */
  readonly vectors: { readonly dropout: number } | null;
}

export interface CaptionSettings {
  /** Share of captions that mention the class and every attribute … */
  readonly whole: number;
  /** … and in the others, the probability with which each of them is mentioned. */
  readonly mention: number;
  /** Any caption is left out with this probability. */
  readonly dropout: number;
}

export interface LatentSettings {
  /** Its name in shippedAutoencoders, or own:autoencoder for the reader's. */
  readonly autoencoder: string;
  /** Each channel is scaled to this deviation over the training set; 1, as that of the noise, is what the schedule is made for. */
  readonly deviation: number;
}

/** Also the place that a run of this recipe has among the reader's runs: there is one of each. */
export const recipeIds = [
  'quick',
  'textbook',
  'expert-1',
  'expert-2',
  'expert-3',
  'expert-4',
  'base-7',
  'up-14',
  'up-28',
  'caption',
  'latent',
  'decoder',
] as const;
export type RecipeId = (typeof recipeIds)[number];
