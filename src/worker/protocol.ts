/**
 * The wire between the page and the engine that owns every tensor. Plain data and typed arrays only; large arrays are
 * transferred. Every command has an id and ends in exactly one of done, cancelled or failed.
 */
import type { Failure } from '../base/errors';
import type { Recipe } from '../training/recipe';
import type { StepReport } from '../training/report';
import type { AutoencoderName } from '../training/shippedAutoencoders';
import type { BackendAsk, BackendReport, DataReport, Memory, StepProfile } from './protocol/device';
import type { FeatureMap, SampleFrame, SampleRequest, SampleSummary } from './protocol/drawing';
import type {
  EmbeddingName,
  Encoded,
  PartName,
  PartProgress,
  PartSnapshot,
  PriorFrame,
  PriorRequest,
  PriorSummary,
} from './protocol/parts';
import type { Fingerprint, PreviewFrame, QualityCheck, RunId, RunSnapshot, RunStatus, WeightsChoice } from './protocol/runs';

export type { StepReport } from '../training/report';
export type * from './protocol/device';
export type * from './protocol/drawing';
export type * from './protocol/parts';
export type * from './protocol/runs';

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
