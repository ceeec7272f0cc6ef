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
  /** Captions that it can be told, as words that every block looks at; null for a network that reads none. */
  readonly text: TextConfig | null;
  /** Length of an embedding of the wanted picture that it can be told; 0 for a network that is told none. */
  readonly vectorFeatures: number;
  /** Whether it is told the timestep. Without it the picture's own noise is all that it has to go by. */
  readonly time: boolean;
  /** Length of the sinusoidal timestep embedding. */
  readonly timeFeatures: number;
  /** Width of the conditioning vector that the FiLM layers read. */
  readonly embedding: number;
}

/** The shape of a text encoder, a small transformer (Vaswani et al. 2017, arXiv:1706.03762), and of how a network looks at its words. */
export interface TextConfig {
  /** In the vocabulary, the padding included. */
  readonly words: number;
  /** Longest caption, in words; shorter ones are padded. */
  readonly places: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Width of the feed-forward layers. */
  readonly hidden: number;
  /** Heads of the cross-attention, in every block of the network that reads. */
  readonly crossHeads: number;
}

/** Named arrays with shapes: weights at rest, on their way to a file, a tensor or another thread. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
export type NamedArrays = Readonly<Record<string, NamedArray>>;
