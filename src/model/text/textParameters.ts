/** Every parameter of the text encoder, of what it tells a U-Net, and of a block's cross-attention; no tensors. */
import { AppError } from '../../base/errors';
import type { TextConfig } from '../config';
import type { ParameterSpec } from '../parameters';

/** How a parameter of a text encoder begins, unless somebody has two of them. */
export const textPrefix = 'text';
/** The parts of attention, each a linear layer. */
const attentionParts = ['query', 'key', 'value', 'out'] as const;

/** In the order in which they are used. @throws range, for heads that do not divide the width */
export function textParameters(config: TextConfig, prefix = textPrefix): readonly ParameterSpec[] {
  const { words, places, width, layers, heads, hidden } = config;
  checkHeads(width, heads);
  return [
    { name: `${prefix}.words.weight`, shape: [words, width], start: { kind: 'embedding' } },
    { name: `${prefix}.places.weight`, shape: [places, width], start: { kind: 'embedding' } },
    ...Array.from({ length: layers }, (_, i) => [
      gain(`${prefix}.${i}.norm1`, width),
      ...attentionParts.flatMap((part) => linearSpecs(`${prefix}.${i}.${part}`, width, width)),
      gain(`${prefix}.${i}.norm2`, width),
      ...linearSpecs(`${prefix}.${i}.feed1`, width, hidden),
      ...linearSpecs(`${prefix}.${i}.feed2`, hidden, width),
    ]).flat(),
    gain(`${prefix}.norm`, width),
  ];
}

/** The caption as one vector, on its way to every FiLM layer. */
export function toldByText({ width }: TextConfig, embedding: number): readonly ParameterSpec[] {
  return linearSpecs(`${textPrefix}.told`, width, embedding);
}

/** @param name the block's. @throws range, for heads that do not divide the channels */
export function crossParameters(config: TextConfig, name: string, channels: number): readonly ParameterSpec[] {
  checkHeads(channels, config.crossHeads);
  return [
    gain(`${name}.cross.norm`, channels),
    ...linearSpecs(`${name}.cross.query`, channels, channels),
    ...linearSpecs(`${name}.cross.key`, config.width, channels),
    ...linearSpecs(`${name}.cross.value`, config.width, channels),
    // It starts as the identity, like the block before it.
    ...linearSpecs(`${name}.cross.out`, channels, channels).map((spec): ParameterSpec => ({ ...spec, start: { kind: 'zero' } })),
  ];
}

function gain(name: string, channels: number): ParameterSpec {
  return { name: `${name}.weight`, shape: [channels], start: { kind: 'one' } };
}

function linearSpecs(name: string, from: number, to: number): readonly ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [from, to], start: { kind: 'uniform', fanIn: from } },
    { name: `${name}.bias`, shape: [to], start: { kind: 'uniform', fanIn: from } },
  ];
}

function checkHeads(width: number, heads: number): void {
  if (Number.isInteger(width / heads)) return;
  throw new AppError('range', `Attention of ${heads} heads needs a width that ${heads} divides; it was ${width}.`);
}
