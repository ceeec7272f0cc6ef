/** The shape of a U-Net, as plain data: what it takes to build one, to name its parts and to draw it. */
export interface UNetConfig {
  /** Side of the square picture in pixels. */
  readonly imageSize: number;
  readonly channels: number;
  /** unshuffle folds 2×2 pixels into four channels and works at half the side; full works on every pixel. */
  readonly stem: 'unshuffle' | 'full';
  /** Channels at each resolution, outermost first; each level has half the side of the one before. */
  readonly widths: readonly number[];
  readonly norm: 'none' | 'rms' | 'group';
  /** Self-attention at the innermost level, after its first block. */
  readonly attention: boolean;
  /** Residual blocks at the innermost level, at least 1. */
  readonly innerBlocks: number;
  /** Number of classes the network can be told; 0 is unconditional. One more embedding stands for "not told". */
  readonly classes: number;
  /** Channels of a smaller picture, enlarged to imageSize and laid beside x before the stem; 0 for a network that sees none. */
  readonly conditionChannels: number;
  /** Levels of noise on that picture that the network can be told of, "none" included; 0 for a network that is not told. */
  readonly augmentationLevels: number;
  /** Length of the sinusoidal timestep embedding. */
  readonly timeFeatures: number;
  /** Width of the conditioning vector that the FiLM layers read. */
  readonly embedding: number;
}

/** Named arrays with shapes: weights at rest, on their way to a file, a tensor or another thread. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
export type NamedArrays = Readonly<Record<string, NamedArray>>;
