/**
 * The history of a run as bytes: a hundred numbers a step would be two kilobytes of JSON, and are eight hundred bytes here.
 * Layout, as 64-bit floats in the machine's byte order (a checkpoint never leaves its browser): batch size, then for each step seven scalars
 * and three numbers for each picture.
 */
import type { StepReport } from './protocol';

const scalars = ['step', 'loss', 'x0Mse', 'epsMse', 'gradNorm', 'learningRate', 'ms'] as const;
const lists = ['t', 'x0Errors', 'epsErrors'] as const;

export function packHistory(history: readonly StepReport[]): Uint8Array {
  const batchSize = history[0]?.t.length ?? 0;
  const rows = history.flatMap((step) => [...scalars.map((name) => step[name]), ...lists.flatMap((name) => step[name])]);
  return new Uint8Array(Float64Array.from([batchSize, ...rows]).buffer);
}

export function unpackHistory(bytes: Uint8Array): StepReport[] {
  const values = new Float64Array(bytes.slice().buffer); // a copy begins where a float may begin
  const batchSize = values[0] ?? 0;
  const rowLength = scalars.length + lists.length * batchSize;
  const steps = (values.length - 1) / rowLength;
  return Array.from({ length: steps }, (_, i) =>
    unpackStep(values.subarray(1 + i * rowLength, 1 + (i + 1) * rowLength), batchSize),
  );
}

function unpackStep(row: Float64Array, batchSize: number): StepReport {
  const [step = 0, loss = 0, x0Mse = 0, epsMse = 0, gradNorm = 0, learningRate = 0, ms = 0] = row;
  const list = (k: number): number[] => [...row.subarray(scalars.length + k * batchSize, scalars.length + (k + 1) * batchSize)];
  return { step, loss, x0Mse, epsMse, t: list(0), x0Errors: list(1), epsErrors: list(2), gradNorm, learningRate, ms };
}
