/** The U-Net as a list of layers with their shapes: what it takes to draw it. Plain data, no tensors. */
import type { UNetConfig } from './config';
import { elements, parametersOf, type ParameterSpec } from './parameters';
import { textPrefix } from './text/textParameters';

export type LayerKind = 'condition' | 'stem' | 'block' | 'down' | 'attention' | 'cross' | 'up' | 'out';

export interface LayerShape {
  /** Also the name that unet's tap uses, and the beginning of its parameters' names. */
  readonly name: string;
  readonly kind: LayerKind;
  /** Side and channels of what comes out; the condition is a vector, of side 1. */
  readonly side: number;
  readonly channels: number;
  /** 0 at the outermost level; a level deeper has half the side. */
  readonly level: number;
  readonly parameters: number;
  /** Multiply-adds of its convolutions and linear layers for one picture. */
  readonly multiplyAdds: number;
  /** The layer whose output is added to this one's: the U's bridge. */
  readonly skipFrom?: string;
}

/** In the order in which they run. @throws range, for a config that cannot be built */
export function layersOf(config: UNetConfig): readonly LayerShape[] {
  const { widths, imageSize, channels, stem } = config;
  const outerSide = imageSize / (stem === 'unshuffle' ? 2 : 1);
  const innermost = widths.length - 1;
  const side = (level: number): number => outerSide / 2 ** level;
  const width = (level: number): number => widths[level] ?? 0;

  const layer = (name: string, kind: LayerKind, level: number): LayerShape => ({
    name,
    kind,
    level,
    side: side(level),
    channels: width(level),
    ...costOf(config, name, kind, side(level)),
  });

  const layers: LayerShape[] = [
    { ...layer('condition', 'condition', 0), side: 1, channels: config.embedding },
    layer('stem', 'stem', 0),
  ];
  const blocks = (name: string, level: number): readonly LayerShape[] => [
    layer(name, 'block', level),
    ...(config.text ? [layer(`${name}.cross`, 'cross', level)] : []),
  ];
  for (let level = 0; level < innermost; level += 1) {
    layers.push(...blocks(`down.${level}.block`, level), layer(`down.${level}.down`, 'down', level + 1));
  }
  for (let i = 0; i < config.innerBlocks; i += 1) {
    layers.push(...blocks(`mid.${i}`, innermost));
    if (config.attention && i === 0) layers.push(layer('mid.attention', 'attention', innermost));
  }
  for (let level = innermost - 1; level >= 0; level -= 1) {
    layers.push(
      { ...layer(`up.${level}.up`, 'up', level), skipFrom: `down.${level}.block${config.text ? '.cross' : ''}` },
      ...blocks(`up.${level}.block`, level),
    );
  }
  layers.push({ ...layer('out', 'out', 0), side: imageSize, channels });
  return layers;
}

/** Parameters of a layer by the beginning of their names, and the multiply-adds that follow from their shapes. */
function costOf(config: UNetConfig, name: string, kind: LayerKind, side: number): { parameters: number; multiplyAdds: number } {
  const prefixes = kind === 'condition' ? ['time.', 'label.', 'augmentation.', 'vector.', `${textPrefix}.`] : [`${name}.`];
  const own = parametersOf(config).filter(
    (spec) => prefixes.some((prefix) => spec.name.startsWith(prefix)) && (kind === 'cross') === spec.name.includes('.cross.'),
  );
  // The up path's 1×1 convolution runs before the picture is enlarged.
  const pixels = kind === 'up' ? (side / 2) ** 2 : side ** 2;
  const products = own.map((spec) => elements(spec.shape) * timesMultiplied(spec, kind, pixels, config));
  return {
    parameters: own.reduce((sum, { shape }) => sum + elements(shape), 0),
    multiplyAdds: products.reduce((sum, product) => sum + product, 0) + attending(config, kind, own, pixels),
  };
}

/** How often each weight is multiplied for one picture: once a pixel, once a word, once, or never where a row is looked up. */
function timesMultiplied({ name, shape }: ParameterSpec, kind: LayerKind, pixels: number, { text }: UNetConfig): number {
  if (shape.length === 1) return 0; // biases and gains: no product of matrices
  if (shape.length === 4) return pixels;
  const places = text?.places ?? 0;
  if (kind === 'cross') return /\.(key|value)\./.test(name) ? places : pixels;
  if (kind !== 'condition') return 1;
  if (lookedUp.includes(name)) return 0;
  return name.startsWith(`${textPrefix}.`) && !name.startsWith(`${textPrefix}.told.`) ? places : 1;
}

const lookedUp = ['label.weight', 'augmentation.weight', `${textPrefix}.words.weight`, `${textPrefix}.places.weight`];

/** Products of activations with each other: Q·Kᵀ, and its product with V. */
function attending({ text, widths }: UNetConfig, kind: LayerKind, own: readonly ParameterSpec[], pixels: number): number {
  if (kind === 'attention') return 2 * pixels ** 2 * (widths.at(-1) ?? 0);
  if (!text) return 0;
  if (kind === 'condition') return text.layers * 2 * text.places ** 2 * text.width;
  return kind === 'cross' ? 2 * pixels * text.places * (own[0]?.shape[0] ?? 0) : 0;
}
