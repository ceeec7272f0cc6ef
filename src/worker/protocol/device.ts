/** What the engine computes on, and what that costs: plain data. */
import type { Failure } from '../../base/errors';

export type BackendName = 'webgl' | 'webgpu' | 'wasm' | 'cpu';

export type BackendChoice = BackendName | 'auto';

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
