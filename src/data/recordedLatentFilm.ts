/**
 * The film that lesson 8 opens with: captions drawn in latent space, the latent and its decoding at every step. Written by
 * `npm run pretrain -- latent`. Only looked at, hence in bytes.
 */
import { fromBase64 } from './base64';
import { toBytes, toSigned } from './pixels';
import { fieldReader } from './recordedFields';

/** Latents of deviation 1 are recorded up to here on both sides. */
const filmReach = 4;

export interface LatentFrame {
  readonly t: number;
  /** Evaluations so far, for each picture; a guided look counts 2. */
  readonly nfe: number;
  /** [captions, side, side, channels], of deviation 1, as the network sees them. */
  readonly xt: Float32Array;
  /** What the network takes the latent for; null on the last frame. */
  readonly x0: Float32Array | null;
  /** The same through the decoder: [captions, 28, 28] in −1..1. */
  readonly decoded: { readonly xt: Float32Array; readonly x0: Float32Array | null };
}

export interface RecordedLatentFilm {
  readonly command: string;
  /** As in src/training/shippedModels.ts. */
  readonly name: string;
  readonly captions: readonly string[];
  readonly side: number;
  readonly channels: number;
  readonly seed: number;
  readonly steps: number;
  readonly guidanceScale: number;
  readonly sampler: string;
  readonly frames: readonly LatentFrame[];
}

const read = fieldReader('film of latent diffusion');
const pixels = 28 * 28;

/** @throws data/format, naming what is missing or damaged */
export function parseRecordedLatentFilm(value: unknown): RecordedLatentFilm {
  const { side, channels, ...numbers } = read.numbers(value, ['side', 'channels', 'seed', 'steps', 'guidanceScale']);
  const captions = read.list(value, 'captions', (caption) => {
    if (typeof caption !== 'string') throw read.damaged('captions');
    return caption;
  });
  const latent = (frame: unknown, name: string): Float32Array =>
    latentOf(bytesOf(frame, name, captions.length * side ** 2 * channels));
  const picture = (frame: unknown, name: string): Float32Array => toSigned(bytesOf(frame, name, captions.length * pixels));
  const frames = read.list(value, 'frames', (frame) => {
    const decoded = read.part(frame, 'decoded');
    return {
      ...read.numbers(frame, ['t', 'nfe']),
      xt: latent(frame, 'xt'),
      x0: read.part(frame, 'x0') === null ? null : latent(frame, 'x0'),
      decoded: {
        xt: picture(decoded, 'xt'),
        x0: read.part(decoded, 'x0') === null ? null : picture(decoded, 'x0'),
      },
    };
  });
  if (frames.length < 2) throw read.damaged('frames');
  return { ...read.texts(value, ['command', 'name', 'sampler']), ...numbers, side, channels, captions, frames };
}

/** For the file: what is beyond the reach is cut. */
export function latentBytes(values: Float32Array): Uint8Array {
  return toBytes(values.map((value) => value / filmReach));
}

function latentOf(bytes: Uint8Array): Float32Array {
  return toSigned(bytes).map((value) => value * filmReach);
}

function bytesOf(entry: unknown, name: string, length: number): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(read.texts(entry, [name])[name] ?? '');
  } catch {
    throw read.damaged(name);
  }
  if (bytes.length !== length) throw read.damaged(name);
  return bytes;
}
