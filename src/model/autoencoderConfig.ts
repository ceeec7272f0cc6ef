/** The shape of an autoencoder, as plain data: what it takes to build one, to name its parts and to count its cost. */
import { conv, elements, linear, type ParameterSpec } from './parameters';

export interface AutoencoderConfig {
  /** Side of the square pictures in pixels, a multiple of 4. */
  readonly imageSize: number;
  /** Channels at half the side, and at a quarter of it. */
  readonly widths: readonly [number, number];
  /** grid: numbers at every pixel of a quarter of the side, 7×7 for digits. point: all of a picture in so many numbers. */
  readonly latent: { readonly kind: 'grid'; readonly channels: number } | { readonly kind: 'point'; readonly numbers: number };
}

/** What the numbers of a latent are arranged as: a small picture, or for a point a picture of one pixel. */
export interface LatentShape {
  readonly side: number;
  readonly channels: number;
}

/** Pixels that the stem folds into one. */
const foldedPixels = 4;
const kernelSide = 3;
/** A multiply-add counts as two floating-point operations. */
const flopsPerMultiplyAdd = 2;

export function latentShape({ imageSize, latent }: AutoencoderConfig): LatentShape {
  return latent.kind === 'grid' ? { side: imageSize / 4, channels: latent.channels } : { side: 1, channels: latent.numbers };
}

/** Numbers that a picture is reduced to. */
export function latentNumbers(config: AutoencoderConfig): number {
  const { side, channels } = latentShape(config);
  return side * side * channels;
}

/** In the order in which the network uses them, encoder first. */
export function autoencoderParameters(config: AutoencoderConfig): readonly ParameterSpec[] {
  const { widths, latent, imageSize } = config;
  const [outer, inner] = widths;
  const values = (imageSize / 4) ** 2 * inner;
  const residual = (name: string): readonly ParameterSpec[] => conv(name, kernelSide, inner, inner);
  const bottleneck =
    latent.kind === 'grid'
      ? [conv('encoder.moments', 1, inner, 2 * latent.channels), conv('decoder.start', 1, latent.channels, inner)]
      : [linear('encoder.moments', values, 2 * latent.numbers), linear('decoder.start', latent.numbers, values)];
  const [moments = [], start = []] = bottleneck;
  return [
    ...conv('encoder.stem', kernelSide, foldedPixels, outer),
    ...conv('encoder.down', 2, outer, inner),
    ...residual('encoder.residual'),
    ...moments,
    ...start,
    ...residual('decoder.residual'),
    // A 2×2 convolution whose windows don't overlap, the other way round: each pixel becomes 2×2.
    ...conv('decoder.up', 1, inner, foldedPixels * outer),
    ...conv('decoder.out', kernelSide, outer, foldedPixels),
  ];
}

/** Of one picture, there (encode) or back (decode): convolutions and linear layers. */
export function autoencoderFlops(config: AutoencoderConfig, way: 'encode' | 'decode'): number {
  const { imageSize, latent } = config;
  const [half, quarter] = [(imageSize / 2) ** 2, (imageSize / 4) ** 2];
  const pixelsAt = (name: string): number => {
    if (/stem|out/.test(name)) return half;
    return latent.kind === 'point' && /moments|start/.test(name) ? 1 : quarter;
  };
  const prefix = way === 'encode' ? 'encoder.' : 'decoder.';
  const own = autoencoderParameters(config).filter(({ name, shape }) => name.startsWith(prefix) && shape.length > 1);
  return flopsPerMultiplyAdd * own.reduce((sum, { name, shape }) => sum + elements(shape) * pixelsAt(name), 0);
}

export function autoencoderParameterCount(config: AutoencoderConfig): number {
  return autoencoderParameters(config).reduce((sum, { shape }) => sum + elements(shape), 0);
}
