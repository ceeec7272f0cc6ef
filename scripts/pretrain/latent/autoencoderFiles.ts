/** Where trained autoencoders lie. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readAutoencoder, type AutoencoderFile } from '../../../src/model/autoencoderFile';
import { shippedAutoencoder } from '../../../src/training/shippedAutoencoders';

export function autoencoderPath(name: string): string {
  return fileURLToPath(new URL(`../../../public/${shippedAutoencoder(name).path}`, import.meta.url));
}

/** @throws weights/format */
export function readTrained(name: string): AutoencoderFile {
  return readAutoencoder(readFileSync(autoencoderPath(name)), shippedAutoencoder(name).recipe.config);
}
