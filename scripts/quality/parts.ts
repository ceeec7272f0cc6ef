/** The pictures of a drawing that is under way, in a folder of its own: an interruption costs no more than the part it falls into. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Parts } from './draw';

/** @param folder ends with a slash; whoever no longer needs the pictures removes it */
export function partsIn(folder: URL): Parts {
  const partFile = (first: number): URL => new URL(`${first}.bin`, folder);
  return {
    find: (first) => (existsSync(partFile(first)) ? floats(readFileSync(partFile(first))) : undefined),
    keep: (first, pixels) => {
      mkdirSync(folder, { recursive: true });
      const unfinished = new URL(`${first}.part`, folder);
      writeFileSync(unfinished, new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength));
      renameSync(unfinished, partFile(first));
    },
  };
}

function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer); // a copy: what Node reads may lie in a larger buffer, off the grid of floats
}
