/** The shape of the contrastive embedding of pictures and captions, as plain data, and the list of its parameters; no tensors. */
import type { TextConfig } from './config';
import { conv, elements, linear, type ParameterSpec } from './parameters';
import { textParameters, textPrefix } from './text/textParameters';

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
export function contrastiveParameters({
  imageSize,
  widths,
  blocks,
  text,
  features,
}: ContrastiveConfig): readonly ParameterSpec[] {
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

/** FLOPs of embedding one picture and its caption. */
export function contrastiveFlops(config: ContrastiveConfig): number {
  const { text } = config;
  const products = contrastiveParameters(config).map(({ name, shape }) => {
    if (shape.length === 1 || isLookup(name)) return 0;
    return elements(shape) * timesMultiplied(name, config);
  });
  const attending = text.layers * 2 * text.places ** 2 * text.width; // Q·Kᵀ, and its product with V
  return 2 * (products.reduce((sum, product) => sum + product, 0) + attending);
}

/** Once for each pixel of what comes out, once for each word, or once. */
function timesMultiplied(name: string, { imageSize, text }: ContrastiveConfig): number {
  if (name.startsWith('image.stem')) return (imageSize / 2) ** 2;
  if (name.startsWith(`${textPrefix}.`)) return text.places;
  return name.startsWith('image.') && !name.startsWith('image.out') ? (imageSize / shrinkage) ** 2 : 1;
}

/** Rows that are looked up, not multiplied. */
function isLookup(name: string): boolean {
  return name === `${textPrefix}.words.weight` || name === `${textPrefix}.places.weight`;
}
