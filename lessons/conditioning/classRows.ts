/** One noise, told eleven different things: nothing, and each of the ten digits. */
import { createRng } from '$lib/base/rng';
import type { SampleRequest } from '$lib/worker/protocol';
import { classRequest } from './requests';

/** What the columns are told. */
export const tellings: readonly (number | null)[] = [null, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
/** Noises: a row each. */
export const noiseRows = 3;
const pixelCount = 28 * 28;

/** [noiseRows · tellings, 28, 28], row by row: every picture of a row begins as the same noise. */
function sharedNoise(seed: number): Float32Array {
  const all = new Float32Array(noiseRows * tellings.length * pixelCount);
  for (let row = 0; row < noiseRows; row += 1) {
    const noise = createRng(seed + row, 'shared noise').normals(pixelCount);
    tellings.forEach((_, column) => all.set(noise, (row * tellings.length + column) * pixelCount));
  }
  return all;
}

/** @param T where the noise stands */
export function tellingRequest(seed: number, guidanceScale: number, T: number): SampleRequest {
  const labels = Array.from({ length: noiseRows }, () => tellings).flat();
  return {
    ...classRequest('quick', labels, { guidanceScale, seed }),
    start: { t: T, x: sharedNoise(seed) },
    frames: 'all',
  };
}

export function tellingWords(told: number | null): string {
  return told === null ? 'nothing' : String(told);
}
