/**
 * What samplers compute with, in three forms (the fourth, tensors, is in model/tensorOps): arrays of double or single
 * precision, and records of coefficients. A function written on VectorOps runs on all of them.
 * Every lincomb and clamp gives a new value; arguments are borrowed.
 */
import { AppError } from '../base/errors';
import type { VectorOps } from './types';

export const arrayOps: VectorOps<Float64Array> = opsFor((length) => new Float64Array(length));

export const float32Ops: VectorOps<Float32Array> = opsFor((length) => new Float32Array(length));

function opsFor<A extends Float64Array | Float32Array>(make: (length: number) => A): VectorOps<A> {
  return {
    lincomb(terms) {
      const out = make(terms[0]?.[1].length ?? 0);
      for (const [weight, x] of terms) {
        if (x.length !== out.length) {
          throw new AppError('shape', `Arrays of ${out.length} and of ${x.length} numbers cannot be added.`);
        }
        for (let i = 0; i < out.length; i += 1) out[i] = (out[i] ?? 0) + weight * (x[i] ?? 0);
      }
      return out;
    },
    clamp(x, min, max) {
      const out = make(x.length);
      for (let i = 0; i < out.length; i += 1) out[i] = Math.min(Math.max(x[i] ?? 0, min), max);
      return out;
    },
  };
}

/** A vector we only know the make-up of: { x0: 0.3, eps: 0.9 } is 0.3·x0 + 0.9·eps. */
export type Coefficients = Readonly<Record<string, number>>;

/** Arithmetic on make-ups instead of numbers: what comes out of a sampler is then its own formula. */
export const coefficientOps: VectorOps<Coefficients> = {
  lincomb(terms) {
    const sum: Record<string, number> = {};
    for (const [weight, record] of terms) {
      for (const [symbol, coefficient] of Object.entries(record)) sum[symbol] = (sum[symbol] ?? 0) + weight * coefficient;
    }
    return sum;
  },
  /** @throws internal: a limited value is no linear combination. Limits belong into the denoiser, not into a sampler. */
  clamp() {
    throw new AppError('internal', 'A step that limits values has no table of coefficients.');
  },
};
