/** Property tests with a fixed seed: the same cases on every machine, and no luck. */
import fc from 'fast-check';

const seed = 20240607;

export function holds<T extends [unknown, ...unknown[]]>(property: fc.IProperty<T>, runs = 100): void {
  fc.assert(property, { seed, numRuns: runs });
}
