/** Moving a picture by whole pixels: the cheapest way to show a network more digits than there are. */
import type { Rng } from '../base/rng';
import { imageBytes, imageSide } from './manifest';

/** Paper, in −1 … 1. */
const blank = -1;

/**
 * Moves each picture by up to `most` pixels in both directions; what comes in at the edge is paper.
 * @param pictures [n, 28, 28] in −1 … 1
 * @returns of the same shape
 */
export function shiftAtRandom(pictures: Float32Array, most: number, rng: Rng): Float32Array {
  const moved = new Float32Array(pictures.length).fill(blank);
  const by = (): number => rng.int(2 * most + 1) - most;
  for (let start = 0; start < pictures.length; start += imageBytes) {
    const [down, right] = [by(), by()];
    const [left, width] = [Math.max(0, -right), imageSide - Math.abs(right)];
    for (let row = Math.max(0, -down); row < Math.min(imageSide, imageSide - down); row += 1) {
      const from = start + row * imageSide + left;
      moved.set(pictures.subarray(from, from + width), start + (row + down) * imageSide + left + right);
    }
  }
  return moved;
}
