/** The U-Net as a list of layers with their shapes: what it takes to draw it. Plain data, no tensors. */
import type { UNetConfig } from './config';
import { elements, parametersOf } from './parameters';

export type LayerKind = 'condition' | 'stem' | 'block' | 'down' | 'attention' | 'up' | 'out';

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
  for (let level = 0; level < innermost; level += 1) {
    layers.push(layer(`down.${level}.block`, 'block', level), layer(`down.${level}.down`, 'down', level + 1));
  }
  for (let i = 0; i < config.innerBlocks; i += 1) {
    layers.push(layer(`mid.${i}`, 'block', innermost));
    if (config.attention && i === 0) layers.push(layer('mid.attention', 'attention', innermost));
  }
  for (let level = innermost - 1; level >= 0; level -= 1) {
    layers.push(
      { ...layer(`up.${level}.up`, 'up', level), skipFrom: `down.${level}.block` },
      layer(`up.${level}.block`, 'block', level),
    );
  }
  layers.push({ ...layer('out', 'out', 0), side: imageSize, channels });
  return layers;
}

/** Parameters of a layer by the beginning of their names, and the multiply-adds that follow from their shapes. */
function costOf(config: UNetConfig, name: string, kind: LayerKind, side: number): { parameters: number; multiplyAdds: number } {
  const prefixes = kind === 'condition' ? ['time.', 'label.', 'augmentation.', 'vector.'] : [`${name}.`];
  const own = parametersOf(config).filter((spec) => prefixes.some((prefix) => spec.name.startsWith(prefix)));
  // The up path's 1×1 convolution runs before the picture is enlarged.
  const pixels = kind === 'up' ? (side / 2) ** 2 : side ** 2;
  const products = own.map(({ shape }) => {
    if (shape.length === 1) return 0; // biases and gains: no product of matrices
    return elements(shape) * (shape.length === 2 ? 1 : pixels);
  });
  const attending = kind === 'attention' ? 2 * pixels ** 2 * (config.widths.at(-1) ?? 0) : 0; // Q·Kᵀ, and its product with V
  // A class or a level is looked up, not multiplied.
  const rows = (config.classes > 0 ? config.classes + 1 : 0) + config.augmentationLevels;
  const lookedUp = kind === 'condition' ? rows * config.embedding : 0;
  return {
    parameters: own.reduce((sum, { shape }) => sum + elements(shape), 0),
    multiplyAdds: products.reduce((sum, product) => sum + product, 0) + attending - lookedUp,
  };
}
