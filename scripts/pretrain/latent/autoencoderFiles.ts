/** Where trained autoencoders lie. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readAutoencoder, type AutoencoderFile } from '../../../src/model/autoencoderFile';
import { shippedAutoencoder } from '../../../src/training/shippedAutoencoders';

export function autoencoderPath(name: string): string {
  return fileURLToPath(new URL(`../../../public/${shippedAutoencoder(name).path}`, import.meta.url));
}

export function hasAutoencoder(name: string): boolean {
  return existsSync(autoencoderPath(name));
}

export function autoencoderBytes(name: string): Uint8Array {
  return readFileSync(autoencoderPath(name));
}

/** @throws weights/format; a plain Error, when it is not there */
export function readTrained(name: string): AutoencoderFile {
  if (!hasAutoencoder(name)) throw new Error(`${autoencoderPath(name)} is not there yet: train it first.`);
  return readAutoencoder(autoencoderBytes(name), shippedAutoencoder(name).recipe.config);
}
