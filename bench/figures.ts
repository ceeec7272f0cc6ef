/** What the bench measures, as it stands in its JSON file. Times are milliseconds of wall clock. */
export interface Times {
  readonly min: number;
  readonly median: number;
}

/**
 * ours: what the page runs. composed: the same without kernels of our own, own gradients made of stock operations. stock: tfjs's
 * gradients and tfjs's Adam on the same network.
 */
export type Engine = 'ours' | 'composed' | 'stock';
export type Backend = 'webgl' | 'webgpu' | 'wasm';

interface Measured {
  readonly backend: Backend;
  readonly engine: Engine;
  readonly recipe: string;
  /** The GPU's own name; null on WASM. */
  readonly renderer: string | null;
  /** Which build of our SIMD kernels ran; null where none did. */
  readonly relaxedSimd: boolean | null;
  readonly batch: number;
  /** Why it cannot run, where it cannot. */
  readonly why?: string;
}

export interface TrainFigure extends Measured {
  /** Workers that share a batch. */
  readonly replicas: number;
  readonly steps: number;
  /** null with `why` where it cannot run. */
  readonly msPerStep: Times | null;
  /** Shader compilation and all. */
  readonly firstStepMs: number | null;
  /** Programs that WebGL runs in a step, reading its results included; null elsewhere. */
  readonly launches: number | null;
  /** After the first step, and after the last. */
  readonly tensorsBefore: number;
  readonly tensorsAfter: number;
}

/** One evaluation of the network without gradients. */
export interface SampleFigure extends Measured {
  readonly evaluations: number;
  readonly msPerEvaluation: Times | null;
  readonly firstEvaluationMs: number | null;
}

/** Where one training step's time goes on WASM: kernels by name, the fewest milliseconds of a few steps. */
export interface KernelFigure {
  readonly engine: 'ours' | 'composed';
  readonly kernel: string;
  readonly calls: number;
  readonly ms: number;
}

/** The same training step in PyTorch, timed in turns with ours. */
export interface PytorchFigure {
  readonly threads: number;
  readonly batch: number;
  readonly steps: number;
  readonly msPerStep: Times;
  readonly version: string;
  /** Order of axes, the quicker of two here. */
  readonly layout: string;
  /** Of one large product of matrices on that thread: low where PyTorch came without a fast BLAS. */
  readonly matmulGflops: number;
  /** How far its results for one batch lie from ours: absolute, but loss and gradient norm relative. */
  readonly agreement: Readonly<Record<string, number>>;
}

/** Two workers that share each batch, beside one; not what the page does. Times of a step of the quick recipe on WASM. */
export interface ReplicaFigure {
  readonly batch: number;
  /** Pictures of each batch that the second worker is given. */
  readonly theirs: number;
  readonly steps: number;
  readonly one: Times;
  readonly two: Times;
  /** While another thread keeps a core busy. */
  readonly busyOne: Times;
  readonly busyTwo: Times;
  /** Where the first worker's time went, the fewest milliseconds of each. */
  readonly phases: Readonly<Record<string, number>>;
  /** Processor time, the fewest milliseconds a step: alone, and of the two. null where the system does not tell. */
  readonly processorMs: Readonly<Record<'one' | 'leader' | 'helper', number>> | null;
  /** Largest relative difference between the two runs' losses in their first steps. */
  readonly lossDifference: number;
  readonly tensorsBefore: number;
  readonly tensorsAfter: number;
}

/** How good drawn digits are; recorded earlier, by the command that is named. */
export interface QualityFigure {
  readonly recipe: string;
  readonly steps: number;
  readonly tflop: number;
  /** Of the training. */
  readonly seed: number;
  readonly w: number;
  readonly fd: number;
  readonly c90: number;
  readonly accuracy: number;
  readonly midInk: number;
  readonly recordedBy: string;
}

export interface LeakFigure {
  readonly recipe: string;
  readonly steps: number;
  readonly pauses: number;
  readonly samplings: number;
  readonly resets: number;
  /** Held by the engine at rest: once it had done each of these things, and at the end. */
  readonly tensorsBefore: number;
  readonly tensorsAfter: number;
}

/** A figure of the table that the bench is for, with what it should come to. */
export interface Aim {
  readonly name: string;
  /** Infinite, and null in the file, where something never happens. */
  readonly value: number;
  readonly aim: string;
  readonly isMet: boolean;
}

/** From pressing Train in the built page to digits that are good enough, as the page tells it. */
export interface MarkFigure {
  /** Getting ready and training; `trainingSeconds` alone, and `wallSeconds` with the judging. */
  readonly seconds: number;
  readonly trainingSeconds: number;
  readonly wallSeconds: number;
  readonly steps: number;
  /** Digits judged. */
  readonly n: number;
  readonly c90: number;
  readonly accuracy: number;
  readonly midInk: number;
}

/** One way of walking from noise to pictures: timed here, its quality joined from public/recorded/samplers.json. */
export interface SamplerFigure {
  readonly sampler: string;
  readonly spacing: string;
  readonly steps: number;
  /** Network evaluations for each picture. */
  readonly nfe: number;
  readonly backend: 'wasm';
  readonly batch: number;
  readonly imagesPerSecond: number;
  /** Time inside network evaluations over all of it. */
  readonly networkShare: number;
  /** Mean Fréchet distance over the noise seeds, and highest less lowest; null where it is not recorded, or for one seed only. */
  readonly fd: number | null;
  readonly fdSpread: number | null;
  /** Pictures behind each Fréchet distance. */
  readonly n: number | null;
}

export interface Figures {
  readonly date: string;
  readonly browser: string;
  readonly cores: number;
  readonly processor: string;
  readonly train: readonly TrainFigure[];
  readonly sample: readonly SampleFigure[];
  readonly kernels: readonly KernelFigure[];
  readonly samplers: readonly SamplerFigure[];
  /** null where Python has no PyTorch, or its network is not ours. */
  readonly pytorch: PytorchFigure | null;
  readonly longestTaskMs: number | null;
  readonly secondsToMark: MarkFigure | null;
  readonly bytes: { readonly firstFigureJsGz: number; readonly totalJsGz: number } | null;
  readonly quality: readonly QualityFigure[];
  readonly leak: LeakFigure | null;
  readonly replicas: ReplicaFigure | null;
  readonly aims: readonly Aim[];
}

export function timesOf(samples: readonly number[]): Times {
  const sorted = [...samples].sort((a, b) => a - b);
  return { min: sorted[0] ?? NaN, median: sorted[Math.floor(sorted.length / 2)] ?? NaN };
}
