/** Every parameter of a U-Net: its name, its shape and how it starts. The one list behind initialisation, checks and counts; no tensors. */
import { AppError } from '../base/errors';
import type { UNetConfig } from './config';
import { crossParameters, textParameters, toldByText } from './text/textParameters';

/** uniform: ±1/√fanIn, PyTorch's default. film: the same, times 0.3. embedding: normal with deviation 0.5. */
export type Start =
  { readonly kind: 'uniform' | 'film'; readonly fanIn: number } | { readonly kind: 'zero' | 'one' | 'embedding' };

export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: Start;
}

/** Pixels that the unshuffle stem folds into one. */
const foldedPixels = 4;
const kernelSide = 3;
const groupNormMultiple = 8;

/** @throws range, naming what does not fit together */
function checkConfig(config: UNetConfig): void {
  const { imageSize, stem, widths, norm, timeFeatures } = config;
  const side = imageSize / (stem === 'unshuffle' ? 2 : 1);
  const halvings = 2 ** (widths.length - 1);
  if (widths.length === 0 || !Number.isInteger(side / halvings)) {
    throw new AppError(
      'range',
      `Pictures of side ${imageSize} cannot be halved for ${widths.length} levels with the stem “${stem}”.`,
    );
  }
  if (norm === 'group' && widths.some((width) => width % groupNormMultiple !== 0)) {
    throw new AppError(
      'range',
      `Group normalisation needs widths that are multiples of ${groupNormMultiple}; they were ${widths.join(', ')}.`,
    );
  }
  if (!Number.isInteger(config.innerBlocks) || config.innerBlocks < 1) {
    throw new AppError('range', `The innermost level needs at least one block; it was to have ${config.innerBlocks}.`);
  }
  if (timeFeatures < 4 || timeFeatures % 2 !== 0) {
    throw new AppError('range', `The timestep needs an even number of features, at least 4; it was ${timeFeatures}.`);
  }
}

/** In the order in which the network uses them. @throws range, for a config that cannot be built */
export function parametersOf(config: UNetConfig): readonly ParameterSpec[] {
  checkConfig(config);
  const { widths, norm, embedding, text } = config;
  const folded = config.stem === 'unshuffle' ? foldedPixels : 1;
  const [seenChannels, drawnChannels] = [(config.channels + config.conditionChannels) * folded, config.channels * folded];
  const innermost = widths.length - 1;
  const width = (level: number): number => widths[level] ?? 0;

  const normSpecs = (name: string, channels: number): ParameterSpec[] => {
    if (norm === 'none') return [];
    const gain: ParameterSpec = { name: `${name}.weight`, shape: [channels], start: { kind: 'one' } };
    return norm === 'rms' ? [gain] : [gain, { name: `${name}.bias`, shape: [channels], start: { kind: 'zero' } }];
  };
  const blockSpecs = (name: string, channels: number): ParameterSpec[] => [
    ...normSpecs(`${name}.norm`, channels),
    ...conv(`${name}.conv1`, kernelSide, channels, channels),
    ...filmLinear(`${name}.scale`, embedding, channels),
    ...filmLinear(`${name}.shift`, embedding, channels),
    ...zeroConv(`${name}.conv2`, kernelSide, channels, channels),
    ...(text ? crossParameters(text, name, channels) : []),
  ];

  const time = linear('time', config.timeFeatures, embedding);
  const specs: ParameterSpec[] = config.time ? time : time.slice(1); // without t, its bias alone is left
  if (config.classes > 0)
    specs.push({ name: 'label.weight', shape: [config.classes + 1, embedding], start: { kind: 'embedding' } });
  if (config.augmentationLevels > 0)
    specs.push({ name: 'augmentation.weight', shape: [config.augmentationLevels, embedding], start: { kind: 'embedding' } });
  if (text) specs.push(...textParameters(text), ...toldByText(text, embedding));
  if (config.vectorFeatures > 0) specs.push(...linear('vector', config.vectorFeatures, embedding));
  specs.push(...conv('stem', kernelSide, seenChannels, width(0)));
  for (let level = 0; level < innermost; level += 1) {
    specs.push(
      ...blockSpecs(`down.${level}.block`, width(level)),
      ...conv(`down.${level}.down`, 2, width(level), width(level + 1)),
    );
  }
  const inner = width(innermost);
  const attentionSpecs = (name: string): ParameterSpec[] => [
    ...normSpecs(`${name}.norm`, inner),
    ...['query', 'key', 'value'].flatMap((part) => conv(`${name}.${part}`, 1, inner, inner)),
    ...zeroConv(`${name}.out`, 1, inner, inner),
  ];
  for (let i = 0; i < config.innerBlocks; i += 1) {
    specs.push(...blockSpecs(`mid.${i}`, inner));
    if (config.attention && i === 0) specs.push(...attentionSpecs('mid.attention'));
  }
  for (let level = innermost - 1; level >= 0; level -= 1) {
    specs.push(...conv(`up.${level}.up`, 1, width(level + 1), width(level)), ...blockSpecs(`up.${level}.block`, width(level)));
  }
  specs.push(...normSpecs('out.norm', width(0)), ...zeroConv('out', kernelSide, width(0), drawnChannels));
  return specs;
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Weight and bias of a linear layer. */
export function linear(name: string, from: number, to: number): ParameterSpec[] {
  const start: Start = { kind: 'uniform', fanIn: from };
  return [
    { name: `${name}.weight`, shape: [from, to], start },
    { name: `${name}.bias`, shape: [to], start },
  ];
}

function filmLinear(name: string, from: number, to: number): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [from, to], start: { kind: 'film', fanIn: from } },
    { name: `${name}.bias`, shape: [to], start: { kind: 'zero' } },
  ];
}

/** Weight and bias of a convolution with filters of side × side. */
export function conv(name: string, side: number, from: number, to: number): ParameterSpec[] {
  const start: Start = { kind: 'uniform', fanIn: side * side * from };
  return [
    { name: `${name}.weight`, shape: [side, side, from, to], start },
    { name: `${name}.bias`, shape: [to], start },
  ];
}

function zeroConv(name: string, side: number, from: number, to: number): ParameterSpec[] {
  return conv(name, side, from, to).map((spec) => ({ ...spec, start: { kind: 'zero' } }));
}
