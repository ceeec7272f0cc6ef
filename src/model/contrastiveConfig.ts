/** The shape of the contrastive embedding of pictures and captions, as plain data, and the list of its parameters; no tensors. */
import type { TextConfig } from './config';
import { conv, linear, type ParameterSpec } from './parameters';
import { textParameters } from './text/textParameters';

/** Numbers that stand for a picture or a caption. */
export const embeddingLength = 32;

export interface ContrastiveConfig {
  /** Side of the square picture in pixels. */
  readonly imageSize: number;
  /** Channels at a half and at a quarter of the side. */
  readonly widths: readonly [number, number];
  /** Residual convolutions at a quarter of the side. */
  readonly blocks: number;
  readonly text: TextConfig;
  /** Length of an embedding. */
  readonly features: number;
}

/** Pixels that are folded into channels. */
const foldedPixels = 4;
const kernelSide = 3;
/** Picture's side over that of the innermost activation. */
const shrinkage = 4;

/** In the order in which the network uses them. */
export function contrastiveParameters({ imageSize, widths, blocks, text, features }: ContrastiveConfig): readonly ParameterSpec[] {
  const [outer, inner] = widths;
  const norm = (name: string, channels: number): ParameterSpec => ({
    name: `${name}.weight`,
    shape: [channels],
    start: { kind: 'one' },
  });
  const specs: ParameterSpec[] = [
    ...conv('image.stem', kernelSide, foldedPixels, outer),
    norm('image.down.norm', outer),
    ...conv('image.down', 2, outer, inner),
  ];
  for (let i = 0; i < blocks; i += 1) {
    specs.push(norm(`image.${i}.norm`, inner), ...conv(`image.${i}`, kernelSide, inner, inner));
  }
  specs.push(norm('image.norm', inner), ...linear('image.out', (imageSize / shrinkage) ** 2 * inner, features));
  specs.push(...textParameters(text), ...linear('caption.out', text.width, features));
  // Starts at 0, which stands for CLIP's start.
  specs.push({ name: 'scale.log', shape: [1], start: { kind: 'zero' } });
  return specs;
}
