/**
 * The history of a run as bytes, written anew with every save. The errors of single pictures fill most of a step's report,
 * and the lessons look only at the newest of them (the loss by moment): older steps keep their means and their timesteps,
 * 120 bytes a step instead of 824.
 *
 * Layout, in the machine's byte order (a checkpoint never leaves its browser): as 64-bit floats the number of steps, the
 * batch size and the number of steps with errors; seven scalars for each step; for each of the last steps two numbers for
 * each picture; then, as 16-bit integers, the timesteps of every picture of every step.
 */
import type { StepReport } from './protocol';

/** Steps that keep the errors of their single pictures: as many as the loss by moment looks back. */
const detailedSteps = 100;

const scalars = ['step', 'loss', 'x0Mse', 'epsMse', 'gradNorm', 'learningRate', 'ms'] as const;
const headLength = 3;
const bytesPerFloat = Float64Array.BYTES_PER_ELEMENT;

export function packHistory(history: readonly StepReport[]): Uint8Array {
  const batchSize = history.at(-1)?.t.length ?? 0;
  const detailed = history.slice(-detailedSteps);
  const floats = Float64Array.from([
    ...[history.length, batchSize, detailed.length],
    ...history.flatMap((step) => scalars.map((name) => step[name])),
    ...detailed.flatMap(({ x0Errors, epsErrors }) => [...padded(x0Errors, batchSize), ...padded(epsErrors, batchSize)]),
  ]);
  const times = Uint16Array.from(history.flatMap(({ t }) => padded(t, batchSize)));
  const bytes = new Uint8Array(floats.byteLength + times.byteLength);
  bytes.set(new Uint8Array(floats.buffer));
  bytes.set(new Uint8Array(times.buffer), floats.byteLength);
  return bytes;
}

/** Steps older than the last hundred come back without the errors of their pictures: their lists are empty. */
export function unpackHistory(bytes: Uint8Array): StepReport[] {
  const { buffer } = bytes.slice(); // a copy begins where a float may begin
  const [steps = 0, batchSize = 0, detailed = 0] = new Float64Array(buffer, 0, headLength);
  const errorsAt = headLength + steps * scalars.length;
  const floats = new Float64Array(buffer, 0, errorsAt + detailed * 2 * batchSize);
  const times = new Uint16Array(buffer, floats.length * bytesPerFloat);
  const errors = (step: number, which: 0 | 1): number[] => {
    const row = step - (steps - detailed);
    if (row < 0) return [];
    const start = errorsAt + (2 * row + which) * batchSize;
    return [...floats.subarray(start, start + batchSize)].filter((error) => !Number.isNaN(error));
  };
  return Array.from({ length: steps }, (_, i) => ({
    ...unpackScalars(floats.subarray(headLength + i * scalars.length)),
    t: [...times.subarray(i * batchSize, (i + 1) * batchSize)].filter((time) => time > 0),
    x0Errors: errors(i, 0),
    epsErrors: errors(i, 1),
  }));
}

/** Version 1 of the checkpoint: every number of every step, row by row, after the batch size. */
export function unpackFullHistory(bytes: Uint8Array): StepReport[] {
  const values = new Float64Array(bytes.slice().buffer);
  const batchSize = values[0] ?? 0;
  const rowLength = scalars.length + 3 * batchSize;
  return Array.from({ length: Math.floor((values.length - 1) / rowLength) }, (_, i) => {
    const row = values.subarray(1 + i * rowLength, 1 + (i + 1) * rowLength);
    const list = (k: number): number[] => [...row.subarray(scalars.length + k * batchSize, scalars.length + (k + 1) * batchSize)];
    return { ...unpackScalars(row), t: list(0), x0Errors: list(1), epsErrors: list(2) };
  });
}

function unpackScalars(row: Float64Array): Omit<StepReport, 't' | 'x0Errors' | 'epsErrors'> {
  const [step = 0, loss = 0, x0Mse = 0, epsMse = 0, gradNorm = 0, learningRate = 0, ms = 0] = row;
  return { step, loss, x0Mse, epsMse, gradNorm, learningRate, ms };
}

/** A step thinned out by an earlier save has no errors: NaN stands for them, and 0 for a timestep, which begin at 1. */
function padded(values: readonly number[], length: number): number[] {
  return Array.from({ length }, (_, i) => values[i] ?? NaN);
}
