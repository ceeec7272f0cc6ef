/** Optimisers as one pass over memory: every value is read once and written once. */

// @ts-ignore: decorator
@inline
function floats(n: i32): usize {
  return <usize>n << 2;
}

// @ts-ignore: decorator
@inline
function averaged4(average: usize, now: v128, decay: v128): v128 {
  return f32x4.add(now, f32x4.mul(f32x4.sub(v128.load(average), now), decay));
}

// @ts-ignore: decorator
@inline
function averaged1(average: usize, now: f32, decay: f32): f32 {
  return now + (load<f32>(average) - now) * decay;
}

/**
 * Adam for one tensor and, where average is not 0, the average of weights: src/training/adam.ts and ema.ts in one pass. The
 * gradient is multiplied by *clip first; rate and epsilon carry the bias corrections. All arrays may end anywhere.
 */
export function adamStep(
  value: usize, m: usize, v: usize, gradient: usize, average: usize, clip: usize,
  newValue: usize, newM: usize, newV: usize, newAverage: usize,
  count: i32, rate: f32, beta1: f32, beta2: f32, epsilon: f32, decay: f32,
): void {
  const scale = load<f32>(clip);
  const scale4 = f32x4.splat(scale);
  const keep1 = f32x4.splat(beta1), take1 = f32x4.splat(1 - beta1);
  const keep2 = f32x4.splat(beta2), take2 = f32x4.splat(1 - beta2);
  const rate4 = f32x4.splat(rate), epsilon4 = f32x4.splat(epsilon), decay4 = f32x4.splat(decay);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const o = floats(i);
    const g = f32x4.mul(v128.load(gradient + o), scale4);
    const m4 = f32x4.add(f32x4.mul(v128.load(m + o), keep1), f32x4.mul(g, take1));
    const v4 = f32x4.add(f32x4.mul(v128.load(v + o), keep2), f32x4.mul(f32x4.mul(g, g), take2));
    v128.store(newM + o, m4);
    v128.store(newV + o, v4);
    const change = f32x4.div(f32x4.mul(m4, rate4), f32x4.add(f32x4.sqrt(v4), epsilon4));
    const now = f32x4.sub(v128.load(value + o), change);
    v128.store(newValue + o, now);
    if (average) v128.store(newAverage + o, averaged4(average + o, now, decay4));
  }
  for (; i < count; i += 1) {
    const o = floats(i);
    const g = load<f32>(gradient + o) * scale;
    const m1 = load<f32>(m + o) * beta1 + g * (1 - beta1);
    const v1 = load<f32>(v + o) * beta2 + g * g * (1 - beta2);
    store<f32>(newM + o, m1);
    store<f32>(newV + o, v1);
    const now = load<f32>(value + o) - (m1 * rate) / (sqrt<f32>(v1) + epsilon);
    store<f32>(newValue + o, now);
    if (average) store<f32>(newAverage + o, averaged1(average + o, now, decay));
  }
}

/** average' = value + (average − value)·decay, for one tensor. */
export function emaStep(average: usize, value: usize, newAverage: usize, count: i32, decay: f32): void {
  const decay4 = f32x4.splat(decay);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const o = floats(i);
    v128.store(newAverage + o, averaged4(average + o, v128.load(value + o), decay4));
  }
  for (; i < count; i += 1) {
    const o = floats(i);
    store<f32>(newAverage + o, averaged1(average + o, load<f32>(value + o), decay));
  }
}

/** Σ x² in double precision, in the order of the array. */
export function sumOfSquares(x: usize, count: i32): f64 {
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const low = f64x2.promote_low_f32x4(v128.load(x + floats(i)));
    const high = f64x2.promote_low_f32x4(v128.load64_zero(x + floats(i + 2)));
    even = f64x2.add(even, f64x2.mul(low, low));
    odd = f64x2.add(odd, f64x2.mul(high, high));
  }
  const sums = f64x2.add(even, odd);
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  for (; i < count; i += 1) {
    const value = <f64>load<f32>(x + floats(i));
    sum += value * value;
  }
  return sum;
}
