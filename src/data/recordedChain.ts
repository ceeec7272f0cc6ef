/**
 * The films that lesson 7 opens with: ten digits by DDPM, by DDIM and by the chain 7 → 14 → 28, drawn by the networks that ship.
 * Written by `npm run pretrain -- chain`. Only looked at, hence in sixteen levels of brightness, two pixels a byte.
 */
import { fromBase64, toBase64 } from './base64';
import { laneIds, type LaneId } from './recordedCascade';
import { fieldReader } from './recordedFields';

export interface ChainFrame {
  readonly t: number;
  /** Evaluations in this stage so far, for each picture; a guided look counts 2. */
  readonly nfe: number;
  /** [labels.length, side, side], 0 (−1, paper) … 255 (1, ink) in sixteen levels. */
  readonly xt: Uint8Array;
  /** What the network takes the digits for at this moment; null on the last frame, where it is not asked. */
  readonly x0: Uint8Array | null;
}

export interface ChainStage {
  /** As in src/training/shippedModels.ts. */
  readonly name: string;
  /** Of the pictures, in pixels. */
  readonly side: number;
  readonly sampler: string;
  readonly steps: number;
  readonly guidanceScale: number;
  /** Some of its moments, from noise to picture: the first and the last always. */
  readonly frames: readonly ChainFrame[];
}

export interface ChainLane {
  readonly lane: LaneId;
  /** Of all stages, for each picture. */
  readonly nfe: number;
  readonly flopsPerImage: number;
  readonly parameters: number;
  readonly stages: readonly ChainStage[];
}

export interface RecordedChain {
  readonly command: string;
  /** Behind the network that draws alone. */
  readonly trainedSteps: number;
  readonly labels: readonly number[];
  /** Of a chain: its stages take stageSeed(seed, stage). */
  readonly seed: number;
  readonly lanes: readonly ChainLane[];
}

const read = fieldReader('films of the cascade');

/** @throws data/format, naming what is missing or damaged */
export function parseRecordedChain(value: unknown): RecordedChain {
  const labels = read.list(value, 'labels', (label) => {
    if (typeof label !== 'number') throw read.damaged('labels');
    return label;
  });
  return {
    ...read.texts(value, ['command']),
    ...read.numbers(value, ['trainedSteps', 'seed']),
    labels,
    lanes: read.list(value, 'lanes', (lane) => ({
      lane: read.oneOf(lane, 'lane', laneIds),
      ...read.numbers(lane, ['nfe', 'flopsPerImage', 'parameters']),
      stages: read.list(lane, 'stages', (stage) => stageOf(stage, labels.length)),
    })),
  };
}

function stageOf(stage: unknown, count: number): ChainStage {
  const { side, steps, guidanceScale } = read.numbers(stage, ['side', 'steps', 'guidanceScale']);
  const pixels = (frame: unknown, name: 'xt' | 'x0'): Uint8Array => {
    const bytes = unpackLevels(read.texts(frame, [name])[name], name);
    if (bytes.length !== count * side * side) throw read.damaged(name);
    return bytes;
  };
  const frames = read.list(stage, 'frames', (frame) => ({
    ...read.numbers(frame, ['t', 'nfe']),
    xt: pixels(frame, 'xt'),
    x0: read.part(frame, 'x0') === null ? null : pixels(frame, 'x0'),
  }));
  if (frames.length < 2) throw read.damaged('frames');
  return { ...read.texts(stage, ['name', 'sampler']), side, steps, guidanceScale, frames };
}

const levels = 16;
/** From a level to brightness. */
const levelStep = 17;

/** @param brightness 0 … 255, an even number of pixels */
export function packLevels(brightness: Uint8Array): string {
  const level = (i: number): number => Math.round((brightness[i] ?? 0) / levelStep);
  return toBase64(Uint8Array.from({ length: brightness.length / 2 }, (_, i) => level(2 * i) * levels + level(2 * i + 1)));
}

/** The brightness that `packLevels` kept, 0 … 255. @throws data/format, naming what could not be read */
export function unpackLevels(base64: string, name: string): Uint8Array {
  let packed: Uint8Array;
  try {
    packed = fromBase64(base64);
  } catch {
    throw read.damaged(name);
  }
  const result = new Uint8Array(2 * packed.length);
  packed.forEach((pair, i) => {
    result[2 * i] = Math.floor(pair / levels) * levelStep;
    result[2 * i + 1] = (pair % levels) * levelStep;
  });
  return result;
}
