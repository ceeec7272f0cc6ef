/** Where trained weights lie: those of one seed ship with the page, those of others are only measured. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from '../../src/base/checksum';
import { checkWeights, decodeSafetensors, encodeSafetensors } from '../../src/model/safetensors';
import { toTensors, type Params } from '../../src/model/tensors';
import type { NamedArrays } from '../../src/model/config';
import { shippedModel } from '../../src/training/shippedModels';

export type WeightsKind = 'ema' | 'raw';

/** Of what ships. */
export const shippedSeed = 7;

/** Not committed. */
export const recordingFolder = fileURLToPath(new URL('../../recording/', import.meta.url));

/** @throws range, for a name that is not in src/training/shippedModels.ts */
export function weightsFile(name: string, seed: number, weights: WeightsKind = 'ema'): string {
  const { path } = shippedModel(name);
  if (seed === shippedSeed && weights === 'ema') return fileURLToPath(new URL(`../../public/${path}`, import.meta.url));
  const own = weights === 'raw' ? path.replace('.safetensors', '-raw.safetensors') : path;
  return `${recordingFolder}${own.replace('weights/', `weights/seed-${seed}/`)}`;
}

/** @returns bytes of the file */
export function writeWeights(file: string, arrays: NamedArrays, metadata: Readonly<Record<string, string>>): number {
  const bytes = encodeSafetensors(arrays, metadata, 'F16');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, bytes);
  renameSync(`${file}.part`, file); // an interruption leaves no half of one
  return bytes.length;
}

/** @throws weights/format, when the file is not of the model's shape; a plain Error, when it is not there */
export function readWeights(name: string, seed: number, weights: WeightsKind = 'ema'): Params {
  const file = weightsFile(name, seed, weights);
  if (!existsSync(file)) throw new Error(`${file} is not there yet: train it first.`);
  const { arrays } = decodeSafetensors(readFileSync(file));
  checkWeights(arrays, shippedModel(name).recipe.model);
  return toTensors(arrays);
}

/** Changes with every byte of the file. */
export function weightsFingerprint(name: string, seed: number, weights: WeightsKind = 'ema'): string {
  return crc32(readFileSync(weightsFile(name, seed, weights)))
    .toString(16)
    .padStart(8, '0');
}
