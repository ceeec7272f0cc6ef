/**
 * The wire between the page and the engine that owns every tensor. Plain data and typed arrays only; large arrays are
 * transferred. Every command has an id and ends in exactly one of done, cancelled or failed.
 */
import type { Failure } from '../base/errors';
import type { PredictionType, TimestepSpacing } from '../diffusion/types';
import type { Recipe, RecipeId } from '../training/recipe';
import type { StepReport } from '../training/report';
import type { AutoencoderName, AutoencoderPart } from '../training/shippedAutoencoders';
import type { ShippedName } from '../training/shippedModels';

export type { StepReport } from '../training/report';

export type BackendName = 'webgl' | 'webgpu' | 'wasm' | 'cpu';
export type BackendChoice = BackendName | 'auto';

/** A run is known by its recipe: the page keeps one of each, and trains one at a time. */
export type RunId = RecipeId;

/** The two that lesson 2 trains: networks that draw whole digits by themselves. */
export type MainRunId = Extract<RunId, 'quick' | 'textbook'>;

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

export type ProbedBackend = Exclude<BackendName, 'cpu'>;

/** The backends, measured on this device; null for one that would not run, or that only the processor stands in for. */
export interface ProbeResult extends Readonly<Record<ProbedBackend, Measured | null>> {
  /** Who drew WebGL, and who computed for WebGPU; null for nobody that was measured. */
  readonly renderer: string | null;
  readonly adapter: string | null;
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

export interface Memory {
  readonly tensors: number;
  readonly bytes: number;
}

/** All calls of one kernel in one training step. */
export interface KernelTime {
  readonly name: string;
  readonly calls: number;
  /** null where the backend starts work that it cannot time. */
  readonly ms: number | null;
}

/** Where the time of a training step goes on the running backend. Nothing in it comes from the reader's own run but the recipe. */
export interface StepProfile {
  readonly backend: BackendName;
  readonly batchSize: number;
  /** The fastest of a few bursts of steps, unprofiled. */
  readonly msPerStep: number;
  readonly flopsPerStep: number;
  /** FLOPs a second of one large matrix product: about the most that anything reaches on this backend. */
  readonly matrixFlops: number;
  /** Of the step whose kernels took the least time together; longest first. */
  readonly kernels: readonly KernelTime[];
  /** Network evaluations without gradients. */
  readonly evaluations: readonly { readonly pictures: number; readonly ms: number }[];
  /** Held before measuring. */
  readonly memory: Memory;
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
  /** The same, but answered when training has ended, there or where somebody else stopped it; cancelling pauses it. */
  'run.trainTo': { ask: { runId: RunId; untilStep: number }; answer: RunSnapshot; part: never };
  'run.pause': { ask: { runId: RunId }; answer: RunSnapshot; part: never };
  'run.step': { ask: { runId: RunId }; answer: RunSnapshot; part: never };
  'run.reset': { ask: { runId: RunId }; answer: RunSnapshot; part: never };
  'run.setLearningRate': { ask: { runId: RunId; factor: number }; answer: RunSnapshot; part: never };
  'run.setPreviewInterval': { ask: { runId: RunId; steps: number }; answer: RunSnapshot; part: never };
  /** Whether the judge is to say, while training, when the digits are good enough; that costs time. */
  'run.setJudging': { ask: { runId: RunId; isWanted: boolean }; answer: RunSnapshot; part: never };
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
  /** Where pictures lie in the space that they share with captions: [n, 28, 28] in −1..1 to [n, 32], each of length 1. At most 1000. */
  'embed.pictures': {
    ask: { pixels: Float32Array; name?: EmbeddingName | undefined };
    answer: { embeddings: Float32Array };
    part: never;
  };
  /** The same for captions; one of no known word lies where "not told" does. */
  'embed.captions': {
    ask: { captions: readonly (string | null)[]; name?: EmbeddingName | undefined };
    answer: { embeddings: Float32Array };
    part: never;
  };
  /** Embeddings of pictures that captions could be of, drawn by the prior that ships, from noise. */
  'prior.sample': { ask: PriorRequest; answer: PriorSummary; part: PriorFrame };
  /** Pictures [n, 28, 28] in −1..1 as latents; n at most 1000. */
  'autoencoder.encode': { ask: { name: AutoencoderName; pixels: Float32Array }; answer: Encoded; part: never };
  /** Latents [n, side, side, channels], as encode's means, as pictures [n, 28, 28], about −1..1; n at most 1000. */
  'autoencoder.decode': {
    ask: { name: AutoencoderName; latents: Float32Array };
    answer: { pixels: Float32Array };
    part: never;
  };
  /**
   * Trains a part until a step, from wherever it is, or from the seed if it is to be fresh or was never trained. Cancelling pauses it:
   * it is kept, in the browser's storage too. Its weights are then drawn from by the name own:<part>.
   */
  'part.train': {
    ask: { part: PartName; untilStep: number; seed: number; fresh: boolean };
    answer: { stepsDone: number };
    part: PartProgress;
  };
  'part.look': { ask: { part: PartName }; answer: PartSnapshot; part: never };
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
  /** Measures steps of a run's recipe, on noise and with weights of their own; refused while anything trains. */
  profile: { ask: { runId: RunId }; answer: StepProfile; part: never };
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
  | { readonly type: 'run.judged'; readonly runId: RunId; readonly check: QualityCheck }
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
