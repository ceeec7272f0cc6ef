/** Embeddings, the prior that draws them, and the parts that are trained by themselves: what is asked, and what is told of it. */
import type { AutoencoderPart } from '../../training/shippedAutoencoders';
import type { BackendName } from './device';

/** Whose contrastive embedding: the one that ships, if none is named, or the reader's own. */
export type EmbeddingName = 'contrastive' | 'own:contrastive';

/** What unCLIP's prior is asked for: an embedding of a picture for each caption (Ramesh et al. 2022, arXiv:2204.06125, section 2.2). */
export interface PriorRequest {
  /** Null and a caption of no known word tell nothing: any digit's embedding will do. At most 256. */
  readonly captions: readonly (string | null)[];
  /** 1 is plain conditional sampling. */
  readonly guidanceScale: number;
  readonly seed: number;
  readonly steps: number;
  /** An id of diffusion/samplers and its settings; DDIM without noise, if none is named. */
  readonly sampler?: string | undefined;
  readonly samplerParams?: Readonly<Record<string, number | string>> | undefined;
  /** Send every frame, or the finished embeddings alone. */
  readonly frames: 'all' | 'last';
}

/** One moment of the prior's walk. Arrays are [count, 32], in units in which an embedding has length 1; the last frame's xt has it exactly. */
export interface PriorFrame {
  readonly i: number;
  readonly t: number;
  readonly alphaBar: number;
  readonly nfe: number;
  readonly xt: Float32Array;
  /** What the network believed at this xt; null on the last frame. */
  readonly x0: Float32Array | null;
}

export interface PriorSummary {
  readonly nfe: number;
  readonly ms: number;
  readonly backend: BackendName;
  /** FLOPs of one evaluation for one caption. */
  readonly flopsPerEvaluation: number;
  readonly parameters: number;
}

/** What an autoencoder makes of pictures, and how its numbers are arranged. */
export interface Encoded {
  /** [n, side, side, channels] each: a normal distribution for every number. For a point, side is 1. */
  readonly mean: Float32Array;
  readonly logVariance: Float32Array;
  readonly side: number;
  readonly channels: number;
  /** Of the means, over the training set, for each channel [channels]; null for the reader's own. */
  readonly deviation: Float32Array | null;
}

/** What the page trains that is no denoiser; one at a time, and not while a run trains. */
export type PartName = AutoencoderPart | 'contrastive';

/** One training step of a part. */
export interface PartProgress {
  readonly step: number;
  readonly loss: number;
  readonly ms: number;
  /** Of the step's batch. Autoencoders: mse (over pixels), kl (nats a picture). Contrastive: accuracy, temperature. */
  readonly measures: Readonly<Record<string, number>>;
  /** Every 25 steps; null in between. */
  readonly shown: PartShown | null;
}

/** Something to look at while a part learns, always of the same examples. */
export type PartShown =
  | {
      readonly kind: 'reconstructions';
      /** [10, 28, 28] each: one digit of each class, and what comes back of it. */
      readonly originals: Float32Array;
      readonly pixels: Float32Array;
      /** [10, side, side, channels]: the means. */
      readonly latents: Float32Array;
    }
  | {
      readonly kind: 'similarities';
      /** Cosines of pictures (rows) and captions (columns) [size, size]; what belongs together lies on the diagonal. */
      readonly values: Float32Array;
      readonly size: number;
      readonly captions: readonly string[];
      /** [size, 28, 28] */
      readonly pixels: Float32Array;
    };

/** How far a part is: what a page shows that has not followed it from the start. */
export interface PartSnapshot {
  readonly part: PartName;
  readonly stepsDone: number;
  readonly seed: number;
  readonly isTraining: boolean;
  /** The step that a reload would go on from. */
  readonly savedStep: number | null;
  readonly parameters: number;
  /** Every step so far. */
  readonly history: readonly Omit<PartProgress, 'shown'>[];
}
