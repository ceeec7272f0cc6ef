/** What the bench measures, as it stands in its JSON file. Times are milliseconds of wall clock. */
export interface Times {
  readonly min: number;
  readonly median: number;
}

export interface TrainFigure {
  readonly backend: 'webgl' | 'wasm';
  /**
   * ours: what the page runs. composed: the same without our SIMD kernels, own gradients made of stock operations. stock: tfjs's
   * gradients and tfjs's Adam on the same network.
   */
  readonly engine: 'ours' | 'composed' | 'stock';
  /** Which build of our SIMD kernels ran; null where none did. */
  readonly kernels: 'simd' | 'relaxedSimd' | null;
  readonly recipe: string;
  readonly renderer: string | null;
  readonly batch: number;
  /** null with `why` where it cannot run. */
  readonly msPerStep: Times | null;
  /** Time of the first step: shader compilation and all. */
  readonly firstStepMs: number | null;
  readonly steps: number;
  readonly tensorsBefore: number;
  readonly tensorsAfter: number;
  readonly why?: string;
}

/** Where one training step's time goes on WASM: kernels by name, the fewest milliseconds of a few steps. */
export interface KernelFigure {
  readonly engine: 'ours' | 'composed';
  readonly kernel: string;
  readonly calls: number;
  readonly ms: number;
}

export interface SampleFigure {
  readonly backend: 'webgl' | 'wasm';
  readonly engine: 'ours';
  readonly batch: number;
  readonly msPerEvaluation: Times;
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
  readonly train: readonly TrainFigure[];
  readonly sample: readonly SampleFigure[];
  readonly kernels: readonly KernelFigure[];
  readonly samplers: readonly SamplerFigure[];
  readonly longestTaskMs: number;
  readonly bytes: { readonly firstFigureJsGz: number; readonly totalJsGz: number };
}

export function timesOf(samples: readonly number[]): Times {
  const sorted = [...samples].sort((a, b) => a - b);
  return { min: sorted[0] ?? NaN, median: sorted[Math.floor(sorted.length / 2)] ?? NaN };
}
